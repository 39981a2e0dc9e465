import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import { waitUntil } from '../sandbox/processes/wait-until.ts';
import { startOwnCluster, type OwnCluster } from '../test/support/own-cluster.ts';
import { slowSet } from '../test/outages/disturbed.ts';
import { Scene } from '../test/support/scene.ts';
import type { WorkerProcess } from '../test/support/worker-process.ts';
import type { Measured } from './measured.ts';
import { spreadOf } from './statistics.ts';

export interface RecoveryOptions {
  readonly repeat: number;
  /** Parts of the names of the faults to measure; default: all. */
  readonly only?: string;
  readonly progress: (line: string) => void;
}

/** A fault in mid-rollout, and the time from it, or from its end, to the next step: in s. */
interface Fault {
  readonly what: string;
  readonly goal: string;
  readonly measure: (field: Field) => Promise<number>;
}

/** Where faults strike: a cluster with workers, and a set whose update is under way. */
interface Field {
  readonly cluster: OwnCluster;
  readonly scene: Scene;
  /** Workers that live. */
  readonly workers: WorkerProcess[];
}

/** Pods of the set: few enough that each is a step of its own, and more than a worker has in hand. */
const pods = 16;
/** Long enough for everything to have noticed, in ms. */
const outageMs = 5_000;

const faults: readonly Fault[] = [
  { what: 'worker killed -> next step', goal: '<= 7', measure: (field) => pauseAfter(field, strikeWorker('SIGKILL')) },
  { what: 'worker stopped -> next step', goal: '<= 1', measure: (field) => pauseAfter(field, strikeWorker('SIGTERM')) },
  {
    what: 'Temporal back -> next step',
    goal: '<= 3',
    measure: (field) => firstWriteAfter(field, 'temporal', () => whenAnswering(field.cluster.target.temporalAddress)),
  },
  {
    what: 'API server back -> next step',
    goal: '<= 2',
    measure: (field) => firstWriteAfter(field, 'apiserver', whenReady),
  },
  { what: 'lease holder killed -> lease taken over', goal: '<= 10', measure: leaseTakenOver },
  { what: 'pod lost without Temporal -> created again', goal: '<= 2', measure: repairedWithoutTemporal },
];

/** How soon work goes on after each fault, on a cluster of its own, two workers serving it. */
export async function measureRecovery({ repeat, only, progress }: RecoveryOptions): Promise<readonly Measured[]> {
  const cluster = await startOwnCluster();
  const workers: WorkerProcess[] = [];
  const measured: Measured[] = [];
  try {
    for (const { what, goal, measure } of faults.filter(({ what }) => only === undefined || what.includes(only))) {
      const seconds: number[] = [];
      while (seconds.length < repeat) {
        while (workers.length < 2) workers.push(await cluster.startWorker());
        const scene = await Scene.open(cluster.target, 'recovery');
        try {
          seconds.push(await measure({ cluster, scene, workers }));
          progress(`${what}: ${seconds.at(-1)?.toFixed(2)} s`);
          await scene.kubectl(['delete', 'statefulset', 'web', '--cascade=foreground', '--wait=false']);
          await scene.until('the set is gone', () => scene.pods().size === 0, 60_000);
        } finally {
          await scene.close();
        }
      }
      measured.push({ what, goal, spread: spreadOf(seconds), unit: 's' });
    }
  } finally {
    await cluster.stop();
  }
  return measured;
}

/** Creates and deletes of pods by our own workers, in s since the epoch, from the server's own log. */
async function writes(scene: Scene): Promise<readonly number[]> {
  return (await scene.calls())
    .filter(({ userAgent, verb, objectRef }) => {
      const isPods = objectRef?.resource === 'pods' && objectRef.subresource === undefined;
      return isPods && (verb === 'create' || verb === 'delete') && userAgent?.startsWith('ordinal/') === true;
    })
    .map(({ requestReceivedTimestamp }) => Date.parse(requestReceivedTimestamp) / 1000);
}

/** An update that is under way, its second pod just through. */
async function beginUpdate(scene: Scene): Promise<void> {
  const set = slowSet(scene, 'web', pods);
  set.spec = { ...set.spec, podManagementPolicy: 'Parallel' };
  await scene.apply([set]);
  await scene.untilSettled('web', 120_000);
  scene.mark();
  await scene.patchImage('web', 'nginx:2');
  await scene.untilStory(8);
}

/** The longest time without a write, from the fault on: what still happens just after it does not hide the pause. A pod takes 0.4 s of it. */
async function pauseAfter(field: Field, strike: (field: Field) => Promise<void>): Promise<number> {
  const { scene } = field;
  await beginUpdate(scene);
  const struckAt = Date.now() / 1000;
  await strike(field);
  const after = await waitUntil(
    'the work goes on',
    async () => {
      const since = (await writes(scene)).filter((at) => at > struckAt);
      return since.some((at) => at > struckAt + 10) || scene.story().length === pods * 4 ? since : undefined;
    },
    { timeoutMs: 60_000 },
  );
  return Math.max(...after.map((at, index) => at - (after[index - 1] ?? struckAt)));
}

/** From the moment that the server is back to the first write after the outage. */
async function firstWriteAfter(
  field: Field,
  name: 'temporal' | 'apiserver',
  isBack: (server: Promise<void>) => Promise<number>,
): Promise<number> {
  const { cluster, scene } = field;
  await beginUpdate(scene);
  const server = cluster.sandbox.processes[name];
  await server.kill('SIGKILL');
  // What goes on without the server has come to rest before.
  await Promise.all([atRest(scene), sleep(outageMs)]);
  const restedAt = Date.now() / 1000;
  const restarted = server.restart();
  const [backAt] = await Promise.all([isBack(restarted), restarted]);
  const next = await waitUntil('the work goes on', async () => (await writes(scene)).find((at) => at > restedAt), {
    timeoutMs: 60_000,
    everyMs: 50,
  });
  return next - backAt;
}

/**
 * When the server says of itself that it is ready, in s since the epoch: an API server accepts connections, and
 * then serves calls, before it does, so that the next step may come first: the time is negative then.
 */
async function whenReady(server: Promise<void>): Promise<number> {
  await server;
  return Date.now() / 1000;
}

/** When a connection was first accepted, in s since the epoch. */
async function whenAnswering(address: string): Promise<number> {
  const [host = '', port = ''] = address.split(':');
  return waitUntil(
    `${address} answers`,
    () =>
      new Promise<number | false>((resolve) => {
        const socket = connect({ host, port: Number(port) });
        socket.once('connect', () => resolve(Date.now() / 1000));
        socket.once('error', () => resolve(false));
        socket.once('close', () => resolve(false));
        socket.once('connect', () => socket.destroy());
      }),
    { timeoutMs: 60_000, everyMs: 10 },
  );
}

/** Resolves when nothing has been written for 2 s. */
async function atRest(scene: Scene): Promise<void> {
  await waitUntil('the work rests', async () => ((await writes(scene)).at(-1) ?? 0) < Date.now() / 1000 - 2, {
    timeoutMs: 60_000,
    everyMs: 200,
  });
}

/** Strikes the worker that carries the step which is under way. */
function strikeWorker(signal: 'SIGKILL' | 'SIGTERM'): (field: Field) => Promise<void> {
  return async ({ cluster, scene, workers }) => {
    const pid = await busyWorker(cluster, scene);
    const index = workers.findIndex((worker) => worker.pid === pid);
    const [worker] = workers.splice(Math.max(index, 0), 1);
    await worker?.kill(signal);
  };
}

async function busyWorker({ target }: OwnCluster, { namespace }: Scene): Promise<number | undefined> {
  const connection = await Connection.connect({ address: target.temporalAddress });
  try {
    const client = new Client({ connection, namespace: target.temporalNamespace });
    const query = `OrdinalNamespace = '${namespace}' AND OrdinalOperation = 'rollout' AND ExecutionStatus = 'Running'`;
    for await (const { workflowId } of client.workflow.list({ query })) {
      const { raw } = await client.workflow.getHandle(workflowId).describe();
      const [first] = raw.pendingActivities ?? [];
      return Number(first?.lastWorkerIdentity?.split('_')[1]);
    }
    return undefined;
  } finally {
    await connection.close();
  }
}

async function leaseTakenOver({ scene, workers }: Field): Promise<number> {
  await scene.apply([slowSet(scene, 'web', 1)]);
  await scene.untilSettled('web', 60_000);
  const holder = async (): Promise<number> => {
    const { spec } = await scene.api.call<{ spec: { holderIdentity?: string } }>(
      'GET',
      '/apis/coordination.k8s.io/v1/namespaces/ordinal-system/leases/ordinal',
    );
    return Number(spec.holderIdentity?.split('_')[1]);
  };
  const pid = await holder();
  const index = workers.findIndex((worker) => worker.pid === pid);
  if (index < 0) throw new Error('no worker holds the lease');
  const killedAt = Date.now();
  await workers.splice(index, 1)[0]?.kill('SIGKILL');
  await waitUntil('another worker holds the lease', async () => (await holder()) !== pid, { everyMs: 20 });
  return (Date.now() - killedAt) / 1000;
}

async function repairedWithoutTemporal({ cluster, scene, workers }: Field): Promise<number> {
  await scene.apply([slowSet(scene, 'web', 3)]);
  await scene.untilSettled('web', 60_000);
  const outages = () => workers.reduce((sum, worker) => sum + worker.log().split('cannot be reached').length - 1, 0);
  const before = outages();
  await cluster.sandbox.processes.temporal.kill('SIGKILL');
  await waitUntil('the outage is known', () => outages() > before);
  scene.mark();
  await scene.kubectl(['delete', 'pod', 'web-1', '--grace-period=0', '--force']);
  await scene.until('the pod is back', () => scene.story().includes('created web-1'));
  const at = (what: string) => scene.moments().find((moment) => moment.what === what)?.at ?? Number.NaN;
  await cluster.sandbox.processes.temporal.restart();
  return (at('created') - at('gone')) / 1000;
}
