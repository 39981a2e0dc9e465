import { expect } from 'vitest';
import { type Manifest, toYaml, withSpec } from '../support/example.ts';
import { imageOf } from '../support/objects.ts';
import { replaced } from '../support/ordinals.ts';
import { scenario } from '../support/scenario.ts';
import type { Scene } from '../support/scene.ts';

const downwards = [2, 1, 0].flatMap((i) => replaced(`web-${i}`));
const images = (scene: Scene) => [...scene.pods().values()].map(imageOf);
const history = async (scene: Scene) => {
  const text = await scene.rollout('history', 'web');
  return text.split('\n').flatMap((line) => (/^\d+/.test(line) ? [Number.parseInt(line, 10)] : []));
};
const release = async (scene: Scene, image: string) => {
  if (scene.native) await scene.kubectl(['set', 'image', 'statefulset/web', `nginx=${image}`]);
  else await scene.ordinal(['set', 'image', 'osts/web', `nginx=${image}`]);
  await scene.untilSettled('web');
};

scenario('S17: history and undo, with and without a number (SS-52c, SS-87, SS-122)', async (scene) => {
  await scene.apply(await scene.example('s17-rollback'));
  await scene.untilSettled('web');
  for (const image of ['nginx:1.26', 'nginx:1.27']) await release(scene, image);
  expect(await history(scene)).toEqual([1, 2, 3]);
  expect(await scene.rollout('history', 'web', '--revision=2')).toContain('nginx:1.26');
  const second = scene.events.flatMap(({ object }) =>
    object.kind === 'ControllerRevision' ? [object.metadata.name] : [],
  );
  scene.mark();

  await scene.rollout('undo', 'web');
  const undone = await scene.untilSettled('web');
  expect(scene.story()).toEqual(downwards);
  expect(images(scene)).toEqual(Array(3).fill('nginx:1.26'));
  expect(await history(scene)).toEqual([1, 3, 4]);
  expect(second).toContain(undone.status?.updateRevision);
  scene.mark();

  await scene.rollout('undo', 'web', '--to-revision=1');
  await scene.untilSettled('web');
  expect(images(scene)).toEqual(Array(3).fill('nginx:1.25'));
  expect(await history(scene)).toEqual([3, 4, 5]);
});

scenario('S17: undo in the middle of a rollout goes back', async (scene) => {
  await scene.apply(await scene.example('s17-rollback'));
  await scene.untilSettled('web');
  scene.mark();
  // It never becomes Ready: the rollout stays in its middle.
  await scene.patchImage('web', 'nginx:unready');
  await scene.until('web-2 is on its way', () => scene.story().includes('created web-2'));
  await scene.rollout('undo', 'web');
  await scene.untilSettled('web');
  expect(images(scene)).toEqual(Array(3).fill('nginx:1.25'));
  const there = ['leaving web-2', 'gone web-2', 'created web-2'];
  expect(scene.story()).toEqual([...there, ...replaced('web-2')]);
});

scenario('S17: rollout restart replaces every pod (SS-123)', async (scene) => {
  await scene.apply(await scene.example('s17-rollback'));
  await scene.untilSettled('web');
  scene.mark();
  await scene.rollout('restart', 'web');
  await scene.rollout('status', 'web', '--timeout=60s');
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
  const { metadata, ...exported } = JSON.parse(
    await scene.kubectl(['get', scene.kind, 'web', '-o', 'json']),
  ) as Manifest & { metadata: { resourceVersion?: string } };
  // `kubectl apply` can make nothing of an object of a custom resource that was replaced together with its version.
  delete metadata.resourceVersion;
  await scene.kubectl(['replace', '-f', '-'], toYaml([{ ...exported, metadata }]));
  await scene.apply(withSpec(objects, { minReadySeconds: 1 }));
  await scene.untilSettled('web');
  expect(await history(scene)).toEqual([1]);
  expect(scene.story()).toEqual([]);
});
