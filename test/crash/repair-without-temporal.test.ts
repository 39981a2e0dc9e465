import { afterAll, beforeAll, expect, test } from 'vitest';
import { annotated } from '../support/example.ts';
import { range, replaced } from '../support/ordinals.ts';
import { startOwnCluster, type OwnCluster } from '../support/own-cluster.ts';
import { playOn } from '../support/scenario.ts';

let cluster: OwnCluster;

beforeAll(async () => {
  cluster = await startOwnCluster();
  await cluster.startWorker();
});

afterAll(() => cluster.stop());

const downwards = range(0, 6)
  .toReversed()
  .flatMap((i) => replaced(`web-${i}`));

test('while Temporal is away a lost pod comes back, and nothing else is done', () =>
  playOn(cluster.target, 'repair', async (scene) => {
    await scene.apply(await scene.example('s03-rolling-update'));
    await scene.untilSettled('web');
    scene.mark();
    await cluster.sandbox.processes.temporal.kill('SIGKILL');
    await scene.kubectl(['delete', 'pod', 'web-2', 'web-4']);
    await scene.until(
      'both are back',
      () => scene.story().includes('ready web-2') && scene.story().includes('ready web-4'),
      15_000,
    );
    await scene.patchImage('web', 'nginx:latest');
    const before = scene.story().length;
    await scene.settle();
    expect(scene.story().length).toBe(before);
    await cluster.sandbox.processes.temporal.restart();
    await scene.untilSettled('web', 60_000);
    expect(scene.story().slice(before)).toEqual(downwards);
  }));

test('while Temporal is away a namespace goes, and the order of a set does not keep it', () =>
  playOn(cluster.target, 'namespace', async (scene) => {
    const objects = await scene.example('s03-rolling-update');
    await scene.apply(annotated(objects, { 'ordinal.dev/ordered-deletion': 'true' }));
    await scene.untilSettled('web');
    expect(scene.set('web')?.metadata).toHaveProperty('finalizers', ['ordinal.dev/ordered-deletion']);
    await cluster.sandbox.processes.temporal.kill('SIGKILL');
    try {
      await scene.kubectl(['delete', 'namespace', scene.namespace, '--wait=false']);
      await scene.until('the set is gone', () => scene.set('web') === undefined);
    } finally {
      await cluster.sandbox.processes.temporal.restart();
    }
  }));
