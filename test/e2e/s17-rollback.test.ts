import { expect } from 'vitest';
import { withPods, withSpec } from '../support/example.ts';
import { imageOf } from '../support/objects.ts';
import { replaced } from '../support/ordinals.ts';
import { scenario } from '../support/scenario.ts';
import type { Scene } from '../support/scene.ts';

const downwards = [2, 1, 0].flatMap((i) => replaced(`web-${i}`));
const images = (scene: Scene) => [...scene.pods().values()].map(imageOf);
const history = async (scene: Scene) => {
  const text = await scene.kubectl(['rollout', 'history', 'statefulset', 'web']);
  return text.split('\n').flatMap((line) => (/^\d+/.test(line) ? [Number.parseInt(line, 10)] : []));
};
const release = async (scene: Scene, image: string) => {
  await scene.patchImage('web', image);
  await scene.untilSettled('web');
};

scenario('S17: history and undo, with and without a number (SS-52c, SS-87, SS-122)', async (scene) => {
  await scene.apply(await scene.example('s17-rollback'));
  await scene.untilSettled('web');
  for (const image of ['nginx:1.26', 'nginx:1.27']) await release(scene, image);
  expect(await history(scene)).toEqual([1, 2, 3]);
  expect(await scene.kubectl(['rollout', 'history', 'statefulset', 'web', '--revision=2'])).toContain('nginx:1.26');
  const second = scene.events.flatMap(({ object }) =>
    object.kind === 'ControllerRevision' ? [object.metadata.name] : [],
  );
  scene.mark();

  await scene.kubectl(['rollout', 'undo', 'statefulset', 'web']);
  const undone = await scene.untilSettled('web');
  expect(scene.story()).toEqual(downwards);
  expect(images(scene)).toEqual(Array(3).fill('nginx:1.26'));
  expect(await history(scene)).toEqual([1, 3, 4]);
  expect(second).toContain(undone.status?.updateRevision);
  scene.mark();

  await scene.kubectl(['rollout', 'undo', 'statefulset', 'web', '--to-revision=1']);
  await scene.untilSettled('web');
  expect(images(scene)).toEqual(Array(3).fill('nginx:1.25'));
  expect(await history(scene)).toEqual([3, 4, 5]);
});

scenario('S17: undo in the middle of a rollout goes back', async (scene) => {
  await scene.apply(withPods(await scene.example('s17-rollback'), { 'sandbox.ordinal.dev/ready-after': '1s' }));
  await scene.untilSettled('web');
  scene.mark();
  await scene.patchImage('web', 'nginx:1.26');
  await scene.until('web-1 is on its way', () => scene.story().includes('leaving web-1'));
  await scene.kubectl(['rollout', 'undo', 'statefulset', 'web']);
  await scene.untilSettled('web');
  expect(images(scene)).toEqual(Array(3).fill('nginx:1.25'));
  expect(scene.story()).not.toContain('leaving web-0');
});

scenario('S17: rollout restart replaces every pod (SS-123)', async (scene) => {
  await scene.apply(await scene.example('s17-rollback'));
  await scene.untilSettled('web');
  scene.mark();
  await scene.kubectl(['rollout', 'restart', 'statefulset', 'web']);
  await scene.kubectl(['rollout', 'status', 'statefulset', 'web', '--timeout=60s']);
  await scene.untilSettled('web');
  expect(scene.story()).toEqual(downwards);
});

scenario('S17: revisionHistoryLimit is kept (SS-50)', async (scene) => {
  await scene.apply(withSpec(await scene.example('s17-rollback'), { revisionHistoryLimit: 1, replicas: 1 }));
  await scene.untilSettled('web');
  for (const image of ['nginx:1.26', 'nginx:1.27', 'nginx:1.28']) await release(scene, image);
  await expect.poll(() => history(scene), { timeout: 10_000 }).toEqual([3, 4]);
});

scenario('S17: applying the same manifest again restarts nothing (SS-52)', async (scene) => {
  const objects = await scene.example('s17-rollback');
  await scene.apply(objects);
  await scene.untilSettled('web');
  scene.mark();
  const converted = await scene.kubectl(['get', 'statefulset', 'web', '-o', 'yaml']);
  await scene.kubectl(['replace', '-f', '-'], converted);
  await scene.apply(withSpec(objects, { minReadySeconds: 1 }));
  await scene.untilSettled('web');
  expect(await history(scene)).toEqual([1]);
  expect(scene.story()).toEqual([]);
});
