import { expect } from 'vitest';
import { withPods } from '../support/example.ts';
import { imageOf } from '../support/objects.ts';
import { scenario } from '../support/scenario.ts';

/** Time to speak while a pod is on its way. */
const slow = { 'sandbox.ordinal.dev/ready-after': '1s' };

scenario(
  'S18: an autoscaler moves replicas through the scale subresource (SS-124)',
  async (scene) => {
    const objects = await scene.example('s18-autoscaler');
    for (const { kind, spec } of objects)
      if (kind === 'HorizontalPodAutoscaler' && spec !== undefined) Object.assign(spec, { minReplicas: 4 });
    await scene.apply(objects);
    await scene.until('it has scaled to its minimum', () => scene.set('web')?.spec.replicas === 4, 60_000);
    await scene.untilSettled('web');
    expect(scene.story()).toEqual([0, 1, 2, 3].flatMap((i) => [`created web-${i}`, `ready web-${i}`]));
    scene.mark();

    const limits = { spec: { minReplicas: 1, maxReplicas: 2 } };
    await scene.kubectl(['patch', 'hpa', 'web', '-p', JSON.stringify(limits)]);
    await scene.until('it has scaled to its maximum', () => scene.set('web')?.spec.replicas === 2, 60_000);
    await scene.untilSettled('web');
    expect(scene.story()).toEqual([3, 2].flatMap((i) => [`leaving web-${i}`, `gone web-${i}`]));
  },
  { sideBySide: true },
);

scenario('S18: scaled out during a rollout: the new pods first, then the rollout goes on (SS-73)', async (scene) => {
  await scene.apply(withPods(await scene.example('s03-rolling-update'), slow));
  await scene.untilSettled('web');
  scene.mark();
  await scene.patchImage('web', 'nginx:latest');
  await scene.until('web-4 is being replaced', () => scene.story().includes('leaving web-4'));
  await scene.scale('web', 8);
  await scene.untilSettled('web', 60_000);
  expect([...scene.pods().values()].map(imageOf)).toEqual(Array(8).fill('nginx:latest'));
  const story = scene.story();
  expect(story.indexOf('ready web-4')).toBeLessThan(story.indexOf('created web-6'));
  expect(story.indexOf('ready web-7')).toBeLessThan(story.indexOf('leaving web-3'));
  for (const name of ['web-6', 'web-7']) expect(story.filter((moment) => moment.endsWith(name))).toHaveLength(2);
  for (const i of [5, 4, 3, 2, 1, 0]) expect(story.filter((moment) => moment === `created web-${i}`)).toHaveLength(1);
});

scenario(
  'S18: scaled in in the middle of a rollout: what is too many goes, then the rollout goes on',
  async (scene) => {
    await scene.apply(withPods(await scene.example('s03-rolling-update'), slow));
    await scene.untilSettled('web');
    scene.mark();
    await scene.patchImage('web', 'nginx:latest');
    await scene.until('web-5 is being replaced', () => scene.story().includes('leaving web-5'));
    await scene.scale('web', 3);
    await scene.untilSettled('web', 60_000);
    expect([...scene.pods().values()].map(imageOf)).toEqual(Array(3).fill('nginx:latest'));
    const created = scene.story().filter((moment) => moment.startsWith('created'));
    expect(created.slice(-3)).toEqual(['created web-2', 'created web-1', 'created web-0']);
  },
);

scenario('S18: replicas that go up and down and up leave what the last word says', async (scene) => {
  await scene.apply(await scene.example('s06-scale'));
  await scene.untilSettled('web');
  for (const replicas of [5, 3, 6, 2, 4]) {
    await scene.scale('web', replicas);
    const before = scene.story().length;
    await scene.until('something happens', () => scene.story().length > before, 5_000).catch(() => undefined);
  }
  await scene.untilSettled('web', 60_000);
  expect([...scene.pods().keys()].toSorted()).toEqual(['web-0', 'web-1', 'web-2', 'web-3']);
});
