import { expect } from 'vitest';
import { withPods } from '../support/example.ts';
import { imageOf } from '../support/objects.ts';
import type { PodMoment } from '../support/pod-story.ts';
import { replaced } from '../support/ordinals.ts';
import { scenario } from '../support/scenario.ts';

/** How many of six pods were not Ready, after each moment. */
function unavailable(moments: readonly PodMoment[]): readonly number[] {
  const down = new Set<string>();
  return moments.map(({ what, name }) => {
    if (what === 'ready') down.delete(name);
    else down.add(name);
    return down.size;
  });
}

for (const [form, file] of [
  ['as a number', 'manifest.yaml'],
  ['as a percentage', 'percent.yaml'],
] as const) {
  scenario(`S14: maxUnavailable ${form}: two at a time are down, and never more (SS-78)`, async (scene) => {
    const objects = await scene.example('s14-max-unavailable', { file });
    await scene.apply(withPods(objects, { 'sandbox.ordinal.dev/terminate-after': '500ms' }));
    await scene.untilSettled('web');
    scene.mark();
    await scene.patchImage('web', 'nginx:latest');
    await scene.untilSettled('web', 60_000);
    expect(Math.max(...unavailable(scene.moments()))).toBe(2);
    expect([...scene.pods().values()].map(imageOf)).toEqual(Array(6).fill('nginx:latest'));
    const story = scene.story();
    if (!scene.native) return;
    // A native set goes down together and comes back one by one from below, as upstream.
    expect(story.slice(0, 2)).toEqual(['leaving web-5', 'leaving web-4']);
    expect(story.indexOf('ready web-4')).toBeLessThan(story.indexOf('created web-5'));
  });
}

scenario('S14: those that are down come back together, within the budget; native ones when asked to', async (scene) => {
  const objects = scene.asking(await scene.example('s14-max-unavailable'), 'parallel-replace');
  await scene.apply(withPods(objects, { 'sandbox.ordinal.dev/ready-after': '1s' }));
  await scene.untilSettled('web');
  scene.mark();
  await scene.patchImage('web', 'nginx:latest');
  await scene.untilSettled('web', 60_000);
  expect(Math.max(...unavailable(scene.moments()))).toBe(2);
  const story = scene.story();
  // The top one goes alone: once it is back, the gaps below it are told from ordinals that never had a pod.
  expect(story.slice(0, 4)).toEqual(replaced('web-5'));
  for (const [high, low] of [
    ['web-4', 'web-3'],
    ['web-2', 'web-1'],
  ] as const) {
    expect(story.indexOf(`created ${high}`)).toBeLessThan(story.indexOf(`ready ${low}`));
    expect(story.indexOf(`created ${low}`)).toBeLessThan(story.indexOf(`ready ${high}`));
  }
});
