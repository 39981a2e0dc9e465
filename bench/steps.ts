import { execFile } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { setsOf } from '../kube/resources.ts';
import type { SetKey } from '../model/objects.ts';
import { startSandbox } from '../sandbox/sandbox.ts';
import { onBenchCluster } from './bench-cluster.ts';
import { allReady, type Cluster, createSet, newNamespace, podsAre } from './cluster.ts';
import { directStart } from './direct.ts';
import type { Measured } from './measured.ts';
import { spreadOf } from './statistics.ts';
import { startWorker } from './worker-process.ts';

const run = promisify(execFile);

export interface StepsOptions {
  /** Ordinals of each set. */
  readonly size: number;
  readonly repeat: number;
  readonly progress: (line: string) => void;
}

/** After this time at rest the garbage of the work before is gone, in ms. */
const restMs = 30_000;

/** What a step costs over the bare API calls, how soon a change is taken up, and what the parts of the sandbox need. */
export async function measureSteps({ size, repeat, progress }: StepsOptions): Promise<readonly Measured[]> {
  const starts: number[] = [];
  for (let index = 0; index < Math.min(repeat, 3); index++) {
    const from = performance.now();
    const sandbox = await startSandbox({ name: `bench-start-${process.pid}-${index}` });
    starts.push((performance.now() - from) / 1000);
    await sandbox.stop();
  }
  const measured: Measured[] = [{ what: 'sandbox warm start', goal: '<= 10', spread: spreadOf(starts), unit: 's' }];
  await onBenchCluster({}, async ({ sandbox, cluster, bundle }) => {
    const start = (...flags: string[]) => startWorker(sandbox, ['--workflow-bundle', bundle, ...flags]);
    for (const [lookAhead, goal] of [
      [1, '<= 10'],
      [4, '<= 3'],
    ] as const) {
      const direct: number[] = [];
      const ours: number[] = [];
      const overhead: number[] = [];
      for (let index = 0; index <= repeat; index++) {
        const bare = await timeDirect(cluster, size);
        const worker = await start('--look-ahead', String(lookAhead));
        // A set of the same size first: what is compared is a warm worker with a warm loop.
        await timeOurs(cluster, size);
        const durable = await timeOurs(cluster, size);
        await worker.stop();
        progress(`look-ahead ${lookAhead}: direct ${bare.toFixed(1)}, ordinal ${durable.toFixed(1)} ms an ordinal`);
        if (index === 0) continue;
        direct.push(bare);
        ours.push(durable);
        overhead.push(durable - bare);
      }
      const mode = lookAhead === 1 ? 'look-ahead off' : 'look-ahead on';
      measured.push(
        { what: `direct calls, an ordinal (${mode})`, goal: '', spread: spreadOf(direct), unit: 'ms' },
        { what: `ordinal, an ordinal (${mode})`, goal: '', spread: spreadOf(ours), unit: 'ms' },
        { what: `overhead, an ordinal (${mode})`, goal, spread: spreadOf(overhead), unit: 'ms' },
      );
    }
    const worker = await start();
    const latencies = await firstPodLatencies(cluster, sandbox.kubectl, sandbox.kubeconfig, Math.max(repeat * 2, 10));
    measured.push({
      what: 'kubectl scale to the first pod created',
      goal: '<= 150',
      spread: spreadOf(latencies),
      unit: 'ms',
    });
    await timeParallel(cluster, 1_000);
    const peak = worker.residentMiB();
    await sleep(restMs);
    measured.push(
      { what: 'worker just after starting 1,000 pods', goal: '', spread: spreadOf([peak]), unit: 'MiB' },
      {
        what: 'worker with 1,000 pods in its cache',
        goal: '<= 300',
        spread: spreadOf([worker.residentMiB()]),
        unit: 'MiB',
      },
    );
    await worker.stop();
  });
  return measured;
}

async function timeDirect(cluster: Cluster, size: number): Promise<number> {
  const namespace = await newNamespace(cluster);
  const set = await createSet(cluster, namespace, { replicas: 0, claims: true });
  const from = performance.now();
  await directStart(cluster, set, size);
  const ms = (performance.now() - from) / size;
  await cluster.client.remove(setsOf('apps/v1'), namespace, set.metadata.name, { uid: set.metadata.uid });
  await podsAre(cluster, keyOf(namespace), (pods) => pods.length === 0);
  return ms;
}

/** From the first pod created to the last one Ready: what comes before is measured apart. */
async function timeOurs(cluster: Cluster, size: number): Promise<number> {
  const namespace = await newNamespace(cluster);
  const key = keyOf(namespace);
  const set = await createSet(cluster, namespace, { replicas: size, claims: true });
  await podsAre(cluster, key, (pods) => pods.length > 0);
  const from = performance.now();
  await podsAre(cluster, key, allReady(size));
  const ms = (performance.now() - from) / (size - 1);
  await cluster.client.remove(setsOf('apps/v1'), namespace, set.metadata.name, { uid: set.metadata.uid });
  await podsAre(cluster, key, (pods) => pods.length === 0);
  return ms;
}

async function timeParallel(cluster: Cluster, size: number): Promise<void> {
  const namespace = await newNamespace(cluster);
  await createSet(cluster, namespace, { replicas: size, parallel: true });
  await podsAre(cluster, keyOf(namespace), allReady(size));
}

/** From the moment that kubectl has returned to the creation of the first new pod, as our watch sees it. */
async function firstPodLatencies(
  cluster: Cluster,
  kubectl: string,
  kubeconfig: string,
  times: number,
): Promise<number[]> {
  const namespace = await newNamespace(cluster);
  const key = keyOf(namespace);
  await createSet(cluster, namespace, { replicas: 1 });
  await podsAre(cluster, key, allReady(1));
  const latencies: number[] = [];
  for (let index = 0; index < times; index++) {
    await isSettled(cluster, key);
    const before = cluster.cache.view(key)?.pods.length ?? 0;
    const specAt = whenSpecChanges(cluster, key);
    const appears = podsAre(cluster, key, (pods) => pods.length > before).then(() => performance.now());
    await run(kubectl, [
      '--kubeconfig',
      kubeconfig,
      '-n',
      namespace,
      'scale',
      'statefulset',
      'web',
      `--replicas=${before + 1}`,
    ]);
    latencies.push((await appears) - (await specAt));
    await podsAre(cluster, key, allReady(before + 1));
  }
  return latencies;
}

async function whenSpecChanges({ cache }: Cluster, key: SetKey): Promise<number> {
  const replicas = cache.view(key)?.set.spec.replicas;
  const deadline = AbortSignal.timeout(60_000);
  while (cache.view(key)?.set.spec.replicas === replicas) await cache.changed(key, deadline, 1_000);
  return performance.now();
}

/** The operation before must be over, not only its pods there: an idle set is what a change normally meets. */
async function isSettled({ cache }: Cluster, key: SetKey): Promise<void> {
  const deadline = AbortSignal.timeout(60_000);
  const progressing = () =>
    cache.view(key)?.set.status?.conditions?.find(({ type }) => type === 'Reconciling')?.status !== 'False';
  while (progressing()) await cache.changed(key, deadline, 1_000);
  await cache.changed(key, deadline, 500);
}

function keyOf(namespace: string): SetKey {
  return { flavour: 'apps/v1', namespace, name: 'web' };
}
