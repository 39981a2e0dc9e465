import { expect } from 'vitest';
import { imageOf } from '../support/objects.ts';
import { range, replaced } from '../support/ordinals.ts';
import { scenario } from '../support/scenario.ts';
import type { Scene } from '../support/scene.ts';

const [old, young] = ['nginx:1.7.9', 'nginx:latest'];

const images = (scene: Scene) => range(0, 6).map((i) => imageOf(scene.pods().get(`web-${i}`)));
const partition = (scene: Scene, value: number) =>
  scene.patchSpec('web', { updateStrategy: { rollingUpdate: { partition: value } } });
const updated = (scene: Scene, count: number) =>
  scene.until(`${count} are updated and all Ready`, () => {
    const { status, metadata } = scene.set('web') ?? {};
    return (
      status?.observedGeneration === metadata?.generation &&
      (status?.updatedReplicas ?? 0) === count &&
      status?.readyReplicas === 6
    );
  });

scenario('S4: a partition holds the old revision below it, of lost pods too (SS-62, SS-86, SS-121)', async (scene) => {
  await scene.apply(await scene.example('s04-partition-canary'));
  await scene.untilSettled('web');
  scene.mark();

  await scene.patchImage('web', young);
  await updated(scene, 4);
  await scene.rollout('status', 'web', '--timeout=30s');
  expect(scene.story()).toEqual([5, 4, 3, 2].flatMap((i) => replaced(`web-${i}`)));
  expect(images(scene)).toEqual([old, old, young, young, young, young]);
  scene.mark();

  await scene.kubectl(['delete', 'pod', 'web-1', 'web-3']);
  await scene.untilStory(8);
  await updated(scene, 4);
  expect(images(scene)).toEqual([old, old, young, young, young, young]);
  scene.mark();

  await partition(scene, 0);
  await scene.untilSettled('web');
  expect(scene.story()).toEqual([1, 0].flatMap((i) => replaced(`web-${i}`)));
  expect(images(scene)).toEqual(range(0, 6).map(() => young));
});

scenario('S4: the partition is lowered step by step, also while the rollout runs', async (scene) => {
  await scene.apply(await scene.example('s04-partition-canary'));
  await partition(scene, 5);
  await scene.untilSettled('web');
  scene.mark();
  await scene.patchImage('web', young);
  await scene.untilStory(1);
  await partition(scene, 3);
  await scene.untilStory(5);
  await partition(scene, 0);
  await scene.untilSettled('web');
  expect(scene.story()).toEqual(
    range(0, 6)
      .toReversed()
      .flatMap((i) => replaced(`web-${i}`)),
  );
});

scenario('S4: a partition above replicas updates nothing, and pods added later are old (SS-63)', async (scene) => {
  await scene.apply(await scene.example('s04-partition-canary'));
  await partition(scene, 9);
  await scene.untilSettled('web');
  scene.mark();
  await scene.patchImage('web', young);
  await updated(scene, 0);
  expect(scene.story()).toEqual([]);
  await scene.scale('web', 7);
  await scene.untilStory(2);
  expect(scene.story()).toEqual(['created web-6', 'ready web-6']);
  expect(imageOf(scene.pods().get('web-6'))).toBe(old);
});
