import { setTimeout as sleep } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import { findFreePorts } from '../../sandbox/processes/free-ports.ts';
import { waitUntil } from '../../sandbox/processes/wait-until.ts';
import { startOwnCluster } from '../../test/support/own-cluster.ts';
import { Scene } from '../../test/support/scene.ts';
import { churn } from './churn.ts';
import { type Series, type Trend, trendOf } from './trend.ts';
import { vitalsOf } from './vitals.ts';

export interface SoakOptions {
  readonly minutes: number;
  readonly sets: number;
  readonly progress: (line: string) => void;
}

export interface Soak {
  readonly changes: number;
  readonly trends: readonly Trend[];
  /** Workflows that are open when all sets have settled: one a set is right. */
  readonly openAtRest: number;
  /** The same when all sets are gone: 0 is right. */
  readonly openInTheEnd: number;
}

const sampleEveryMs = 10_000;

/**
 * Changes all sets without a break on a cluster of its own and samples one worker every 10 s. The invariants are judged on the whole log: throws
 * when one was broken, and when a set does not settle.
 */
export async function soak({ minutes, sets, progress }: SoakOptions): Promise<Soak> {
  const [inspectorPort = 0] = await findFreePorts(1);
  const cluster = await startOwnCluster();
  try {
    const env = { NODE_OPTIONS: `--inspect=127.0.0.1:${inspectorPort}` };
    const worker = await cluster.startWorker(undefined, { env });
    const scene = await Scene.open(cluster.target, 'soak');
    const connection = await Connection.connect({ address: cluster.target.temporalAddress });
    const client = new Client({ connection, namespace: cluster.target.temporalNamespace });
    const countOpen = async () =>
      (await client.workflow.count(`ExecutionStatus = 'Running' AND OrdinalNamespace = '${scene.namespace}'`)).count;
    try {
      const signal = AbortSignal.timeout(minutes * 60_000);
      const { api, namespace } = scene;
      let changes = 0;
      const changed = () => void changes++;
      const churns = Promise.all(Array.from({ length: sets }, (_, i) => churn({ api, namespace, changed, signal }, i)));
      churns.catch(() => undefined);
      const series = newSeries();
      const began = Date.now();
      while (!signal.aborted) {
        await Promise.race([sleep(sampleEveryMs), churns]);
        const at = (Date.now() - began) / 1000;
        const { residentMiB, heapMiB, files, sockets } = await vitalsOf(worker.pid, inspectorPort);
        const values = { residentMiB, heapMiB, files, sockets, open: await countOpen() };
        for (const [key, { samples }] of Object.entries(series))
          samples.push({ at, value: values[key as keyof typeof values] });
        const told = Object.entries(values).map(([key, value]) => `${key} ${Math.round(value * 10) / 10}`);
        progress(`${at.toFixed().padStart(4)} s: ${changes} changes, ${told.join(', ')}`);
      }
      await churns;
      const openAtRest = await levelled(countOpen, sets);
      await scene.verify();
      await scene.kubectl(['delete', 'statefulset', '--all', '--timeout=120s']);
      const openInTheEnd = await levelled(countOpen, 0);
      return { changes, trends: Object.values(series).map(trendOf), openAtRest, openInTheEnd };
    } finally {
      await connection.close();
      await scene.close();
    }
  } finally {
    await cluster.stop();
  }
}

interface Growing extends Series {
  readonly samples: { at: number; value: number }[];
}

function newSeries() {
  const of = (name: string, unit: string, tolerance: number): Growing => ({ name, unit, tolerance, samples: [] });
  return {
    residentMiB: of('resident memory', 'MiB', 0.1),
    heapMiB: of('heap after a collection', 'MiB', 0.1),
    files: of('open files and sockets', '', 0.05),
    sockets: of('sockets', '', 0.05),
    open: of('open workflows', '', 0.1),
  };
}

/** The number once it is the one that is right, or what it is after a minute: the list of workflows is some time behind. */
async function levelled(count: () => Promise<number>, right: number): Promise<number> {
  await waitUntil('the count is right', async () => (await count()) === right, {
    timeoutMs: 60_000,
    everyMs: 500,
  }).catch(() => undefined);
  return count();
}

/** What is wrong, a line each; empty: nothing grows. */
export function faultsOf({ changes, trends, openAtRest, openInTheEnd }: Soak, sets: number): readonly string[] {
  return [
    ...(changes === 0 ? ['nothing was changed'] : []),
    ...trends.filter(({ grows }) => grows).map(({ name }) => `${name}: it grows`),
    ...(openAtRest === sets ? [] : [`${openAtRest} workflows are open with ${sets} sets at rest`]),
    ...(openInTheEnd === 0 ? [] : [`${openInTheEnd} workflows are open, and no set is there`]),
  ];
}
