import { expect } from 'vitest';
import { imageOf } from '../support/objects.ts';
import { range, replaced } from '../support/ordinals.ts';
import { scenario } from '../support/scenario.ts';

const downwards = range(0, 6).toReversed();

scenario('S3: an update replaces pods from the top, one at a time (SS-78, SS-98, SS-121)', async (scene) => {
  await scene.apply(await scene.example('s03-rolling-update'));
  await scene.untilSettled('web');
  const before = scene.pods();
  const [revision] = [scene.set('web')?.status?.currentRevision];
  scene.mark();

  await scene.patchImage('web', 'nginx:latest');
  const said = await scene.rollout('status', 'web', '--timeout=60s');
  expect(said.split('\n').at(-1)).toBe('partitioned roll out complete: 6 new pods have been updated...');

  const { status } = await scene.untilSettled('web');
  expect(scene.story()).toEqual(downwards.flatMap((i) => replaced(`web-${i}`)));
  for (const [name, pod] of scene.pods()) {
    expect(imageOf(pod)).toBe('nginx:latest');
    expect(pod.metadata.uid).not.toBe(before.get(name)?.metadata.uid);
  }
  expect(status).toMatchObject({ replicas: 6, readyReplicas: 6, updatedReplicas: 6, currentReplicas: 6 });
  expect(status?.currentRevision).not.toBe(revision);
});

scenario('S3: a parallel set is updated one at a time as well', async (scene) => {
  await scene.apply(await scene.example('s02-parallel'));
  await scene.untilSettled('web');
  scene.mark();
  await scene.patchImage('web', 'nginx:latest');
  await scene.untilSettled('web', 60_000);
  expect(scene.story()).toEqual(downwards.flatMap((i) => replaced(`web-${i}`)));
});
