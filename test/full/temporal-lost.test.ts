import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runsOf } from '../support/history.ts';
import { startOwnCluster, type OwnCluster } from '../support/own-cluster.ts';
import { playOn } from '../support/scenario.ts';

let cluster: OwnCluster;

beforeAll(async () => {
  cluster = await startOwnCluster();
  await cluster.startWorker();
});

afterAll(() => cluster.stop());

/** Ends Temporal, and begins it again with nothing in its database. */
async function loseTemporal(): Promise<void> {
  const { dir, processes } = cluster.sandbox;
  await processes.temporal.kill('SIGKILL');
  const files = (await readdir(dir)).filter((file) => file.startsWith('temporal.db'));
  expect(files).not.toEqual([]);
  for (const file of files) await rm(join(dir, file));
  await processes.temporal.restart();
}

test('a Temporal that has lost everything finds the sets again: no pod is touched, and a pause holds', () =>
  playOn(cluster.target, 'lost', async (scene) => {
    await scene.apply(await scene.example('s06-scale'));
    await scene.untilSettled('web', 90_000);
    await scene.kubectl(['annotate', 'statefulset', 'web', 'ordinal.dev/paused=true']);
    await scene.patchImage('web', 'nginx:latest');
    await scene.until('the update is seen', () => {
      const set = scene.set('web');
      return set?.status?.updateRevision !== set?.status?.currentRevision;
    });
    scene.mark();
    await loseTemporal();
    // The search attributes went with the data: the worker makes them known again when it needs them.
    await scene.settle();
    expect(scene.story()).toEqual([]);
    await scene.kubectl(['delete', 'pod', 'web-1']);
    await scene.until('the lost pod is back', () => scene.story().includes('ready web-1'), 90_000);
    expect(scene.story().filter((moment) => !moment.endsWith('web-1'))).toEqual([]);
    await scene.kubectl(['annotate', 'statefulset', 'web', 'ordinal.dev/paused-']);
    await scene.untilSettled('web', 90_000);
    expect((await runsOf(cluster.target, scene.namespace)).length).toBeGreaterThanOrEqual(2);
  }));
