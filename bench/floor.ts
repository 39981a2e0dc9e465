import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { startSandbox } from '../sandbox/sandbox.ts';
import { changed, emptySet } from './floor-workflows.ts';
import type { Measured } from './measured.ts';
import { spreadOf } from './statistics.ts';
import { processorSeconds } from './usage.ts';

export interface FloorOptions {
  /** Sets that start at once. */
  readonly sets: number;
  readonly repeat: number;
  readonly progress: (line: string) => void;
}

const taskQueue = 'floor';

/**
 * What Temporal and its SDK need for the start of a set when its activities do nothing: the same workflows, signals and tasks, and no
 * Kubernetes. Below this no controller on this engine can get.
 */
export async function measureFloor({ sets, repeat, progress }: FloorOptions): Promise<readonly Measured[]> {
  Runtime.install({ logger: new DefaultLogger('WARN') });
  const sandbox = await startSandbox({ name: `bench-${process.pid}` });
  try {
    const address = sandbox.temporalAddress;
    const connection = await NativeConnection.connect({ address });
    const worker = await Worker.create({
      connection,
      taskQueue,
      workflowsPath: fileURLToPath(new URL('floor-workflows.ts', import.meta.url)),
      activities: { plan: () => Promise.resolve(), settle: () => Promise.resolve() },
    });
    const client = new Client({ connection: await Connection.connect({ address }) });
    const temporalPid = sandbox.pids.temporal ?? 0;
    const seconds: number[] = [];
    const sdk: number[] = [];
    const temporal: number[] = [];
    await worker.runUntil(async () => {
      for (let index = 0; index <= repeat; index++) {
        const before = { temporal: processorSeconds(temporalPid), own: processorSeconds(process.pid) };
        const from = performance.now();
        await Promise.all(Array.from({ length: sets }, (_, set) => runOne(client, `${index}/${set}`)));
        const took = (performance.now() - from) / 1_000;
        progress(`${sets} sets: ${took.toFixed(2)} s`);
        if (index === 0) continue;
        seconds.push(took);
        sdk.push(((processorSeconds(process.pid) - before.own) / sets) * 1_000);
        temporal.push(((processorSeconds(temporalPid) - before.temporal) / sets) * 1_000);
      }
    });
    await client.connection.close();
    await connection.close();
    return [
      { what: `${sets} sets at once`, goal: '', spread: spreadOf(seconds), unit: 's' },
      { what: 'processor time of worker and client, a set', goal: '', spread: spreadOf(sdk), unit: 'ms' },
      { what: 'processor time of Temporal, a set', goal: '', spread: spreadOf(temporal), unit: 'ms' },
    ];
  } finally {
    await sandbox.stop();
  }
}

async function runOne(client: Client, workflowId: string): Promise<void> {
  const handle = await client.workflow.signalWithStart(emptySet, {
    taskQueue,
    workflowId,
    args: [workflowId],
    signal: changed,
    signalArgs: [],
  });
  await handle.result();
}
