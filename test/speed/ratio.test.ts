import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { allReady, type Cluster, createSet, newNamespace, openCluster, podsAre } from '../../bench/cluster.ts';
import { directStart } from '../../bench/direct.ts';
import { keyIn } from '../../bench/sets.ts';
import { spreadOf } from '../../bench/statistics.ts';
import { startWorker } from '../../bench/worker-process.ts';
import { setsOf } from '../../kube/resources.ts';
import type { StatefulSet } from '../../model/objects.ts';
import { startSandbox, type Sandbox } from '../../sandbox/sandbox.ts';
import { buildBundle } from '../../worker/build-bundle.ts';

/** The speed of the direct loop that Ordinal must reach at least. Normally it is about as fast; 20 ms more for each step are too much. */
const least = 0.8;
const size = 30;
const mostPairs = 6;

let sandbox: Sandbox;
let cluster: Cluster;

beforeAll(async () => {
  sandbox = await startSandbox({ name: `speed-${process.pid}` });
  cluster = await openCluster(sandbox);
  await buildBundle(join(sandbox.dir, 'workflow-bundle.js'));
});

afterAll(async () => {
  await cluster?.close();
  await sandbox?.stop();
});

/** From the first pod created to the last one Ready, in ms. */
async function timed(begin: (namespace: string) => Promise<unknown>): Promise<number> {
  const namespace = await newNamespace(cluster);
  const key = keyIn(namespace);
  const work = begin(namespace);
  await podsAre(cluster, key, (pods) => pods.length > 0);
  const from = performance.now();
  await work;
  await podsAre(cluster, key, allReady(size));
  return performance.now() - from;
}

async function direct(): Promise<number> {
  const sets: StatefulSet[] = [];
  const ms = await timed(async (namespace) => {
    const set = await createSet(cluster, namespace, { replicas: 0, claims: true });
    sets.push(set);
    await directStart(cluster, set, size);
  });
  // The worker that comes next would take away the pods of a set that wants none.
  for (const { metadata } of sets) {
    const { namespace = '', name, uid } = metadata;
    await cluster.client.remove(setsOf('apps/v1'), namespace, name, { uid });
    await podsAre(cluster, keyIn(namespace), (pods) => pods.length === 0);
  }
  return ms;
}

async function ours(program?: string): Promise<number> {
  const worker = await startWorker(sandbox, ['--workflow-bundle', join(sandbox.dir, 'workflow-bundle.js')], program);
  const start = () => timed((namespace) => createSet(cluster, namespace, { replicas: size, claims: true }));
  try {
    // A worker that has just begun is slower than one that runs.
    await start();
    return await start();
  } finally {
    await worker.stop();
  }
}

/** One pair, by turns on a machine that may be busy with something else. */
async function ratio(program?: string): Promise<number> {
  const found = (await direct()) / (await ours(program));
  process.stdout.write(`${found.toFixed(2)} of the speed of bare calls\n`);
  return found;
}

test('an ordered start is about as fast as the bare calls', async () => {
  let best = 0;
  // A neighbour that disturbs some pairs is not what is judged.
  for (let pair = 0; pair < mostPairs && best < least; pair++) best = Math.max(best, await ratio());
  expect(best).toBeGreaterThanOrEqual(least);
}, 300_000);

test('20 ms more for each pod would be noticed', async () => {
  const slow = fileURLToPath(new URL('slow-worker.ts', import.meta.url));
  const ratios = [await ratio(slow), await ratio(slow), await ratio(slow)];
  expect(spreadOf(ratios).median).toBeLessThan(least);
}, 300_000);
