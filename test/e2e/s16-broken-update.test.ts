import { expect } from 'vitest';
import { imageOf } from '../support/objects.ts';
import { replaced } from '../support/ordinals.ts';
import { scenario } from '../support/scenario.ts';

for (const [what, image] of [
  ['cannot be pulled', 'nginx:broken'],
  ['crashes', 'crash:1'],
  ['never becomes Ready', 'nginx:unready'],
] as const) {
  scenario(`S16: an image that ${what}, then a good one: nobody has to delete the broken pod`, async (scene) => {
    await scene.apply(await scene.example('s16-broken-update'));
    await scene.untilSettled('web');
    scene.mark();

    await scene.patchImage('web', image);
    await scene.until('web-2 runs the bad image', () => imageOf(scene.pods().get('web-2')) === image);
    if (image !== 'nginx:unready')
      await scene.until('the set says so', () =>
        scene.set('web')?.status?.conditions?.find(({ type, status }) => type === 'Stalled' && status === 'True'),
      );
    expect(scene.story()).toEqual(['leaving web-2', 'gone web-2', 'created web-2']);

    await scene.patchImage('web', 'nginx:1.28');
    await scene.untilSettled('web');
    expect(scene.story().slice(3)).toEqual([2, 1, 0].flatMap((i) => replaced(`web-${i}`)));
    expect([...scene.pods().values()].map(imageOf)).toEqual(['nginx:1.28', 'nginx:1.28', 'nginx:1.28']);
  });
}
