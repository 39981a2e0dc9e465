import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { waitUntil } from '../../sandbox/processes/wait-until.ts';
import { openKubeApi } from '../../sandbox/kube-api.ts';
import { startOwnCluster, type OwnCluster } from '../support/own-cluster.ts';
import { playOn } from '../support/scenario.ts';
import type { WorkerProcess } from '../support/worker-process.ts';
import { disturbed, of, slowSet } from './disturbed.ts';

let cluster: OwnCluster;
let workers: WorkerProcess[] = [];

beforeAll(async () => {
  cluster = await startOwnCluster();
});

afterAll(() => cluster?.stop());

afterEach(async () => {
  for (const worker of workers) worker.signal('SIGCONT');
  await Promise.all(workers.map((worker) => worker.kill('SIGTERM')));
  workers = [];
});

async function start(count: number, env: Readonly<Record<string, string>> = {}): Promise<void> {
  workers.push(...(await Promise.all(Array.from({ length: count }, () => cluster.startWorker(undefined, { env })))));
}

const hourMs = 3_600_000;
const steppingClock = fileURLToPath(new URL('stepping-clock.ts', import.meta.url));
const withSteps = (ms: number) => ({ NODE_OPTIONS: `--import=${steppingClock}`, CLOCK_STEP_MS: String(ms) });

/** The process that holds the lease now. */
async function holder(): Promise<WorkerProcess | undefined> {
  const api = openKubeApi(cluster.target.kubeconfig);
  try {
    const { spec } = await api.call<{ spec: { holderIdentity?: string } }>(
      'GET',
      '/apis/coordination.k8s.io/v1/namespaces/ordinal-system/leases/ordinal',
    );
    return workers.find(({ pid }) => spec.holderIdentity?.split('_')[1] === String(pid));
  } finally {
    await api.close();
  }
}

for (const stepMs of [hourMs, -hourMs]) {
  test(`the worker's clock is set ${stepMs > 0 ? 'forward' : 'back'} by an hour`, async () => {
    await start(1, withSteps(stepMs));
    await disturbed(cluster.target, 'clock', { strike: async () => workers[0]?.signal('SIGUSR2') });
  });
}

test('a refused pod is tried again in time also when the clock is set back by an hour meanwhile', async () => {
  await start(1, withSteps(-hourMs));
  await playOn(cluster.target, 'clock-quota', async (scene) => {
    const quota = (pods: number) => ({
      apiVersion: 'v1',
      kind: 'ResourceQuota',
      metadata: { name: 'few', namespace: scene.namespace },
      spec: { hard: { pods: String(pods) } },
    });
    await scene.apply([quota(1), slowSet(scene, 'web')]);
    await scene.until('the refusal is told', () =>
      scene.set('web')?.status?.conditions?.some(({ reason }) => reason === 'QuotaExceeded'),
    );
    workers[0]?.signal('SIGUSR2');
    await scene.apply([quota(10)]);
    await scene.untilSettled('web');
  });
});

test('three workers at once', async () => {
  await start(3);
  await disturbed(cluster.target, 'three', { strike: () => Promise.resolve() });
});

test('of three workers two are killed, one after the other', async () => {
  await start(3);
  await disturbed(cluster.target, 'two-of-three', {
    after: 2,
    strike: async (scene) => {
      await workers[0]?.kill('SIGKILL');
      await scene.until('7 moments of web', () => of(scene, 'web').length >= 7);
      await workers[1]?.kill('SIGKILL');
    },
  });
});

for (const after of [1, 3]) {
  test(`the lease holder is frozen, ${after} moments into an update, another takes over, and it thaws`, async () => {
    await start(2);
    const frozen = await waitUntil('somebody holds the lease', holder);
    await disturbed(cluster.target, 'frozen', {
      after,
      strike: async (scene) => {
        frozen.signal('SIGSTOP');
        const next = await waitUntil('another holds the lease', async () => {
          const now = await holder();
          return now !== frozen && now;
        });
        expect(next.pid).not.toBe(frozen.pid);
        await scene.until('the update goes on', () => of(scene, 'web').length >= 7);
        frozen.signal('SIGCONT');
      },
    });
  });
}
