import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ApiCall, type ApiProxy, startApiProxy } from '../support/api-proxy.ts';
import { startOwnCluster, type OwnCluster } from '../support/own-cluster.ts';
import type { WorkerProcess } from '../support/worker-process.ts';
import { disturbed, of } from './disturbed.ts';

let cluster: OwnCluster;
let proxy: ApiProxy;
let worker: WorkerProcess;

beforeAll(async () => {
  cluster = await startOwnCluster();
  proxy = await startApiProxy(cluster.sandbox, cluster.target.workerKubeconfig);
  worker = await cluster.startWorker(undefined, { workerKubeconfig: proxy.kubeconfig });
});

afterAll(async () => {
  await cluster?.stop();
  await proxy?.close();
});

const outageMs = 2_000;
const isWriteOf = (method: string, plural: string) => (call: ApiCall) =>
  call.method === method && call.path.split('/').includes(plural);
const isCall = ({ isWatch }: ApiCall) => !isWatch;

test('the API server cannot be reached for a while', () =>
  disturbed(cluster.target, 'refused', {
    strike: async () => {
      await proxy.refuse();
      await sleep(outageMs);
      await proxy.serve();
    },
  }));

for (const [status, retryAfterSeconds] of [
  [429, 1],
  [500, undefined],
  [503, undefined],
] as const) {
  test(`every call is answered by ${status} for a while`, () =>
    disturbed(cluster.target, `storm-${status}`, {
      strike: async () => {
        const storm = proxy.inject({ kind: 'answer', status, ...(retryAfterSeconds && { retryAfterSeconds }) }, isCall);
        await sleep(outageMs);
        storm.lift();
        expect(storm.count()).toBeGreaterThan(0);
      },
    }));
}

for (const [what, method, plural] of [
  ['creates of pods', 'POST', 'pods'],
  ['deletes of pods', 'DELETE', 'pods'],
  ['status writes', 'PUT', 'statefulsets'],
] as const) {
  test(`replies to ${what} are lost after the server has acted`, async () => {
    const lost = proxy.inject({ kind: 'lose-reply' }, isWriteOf(method, plural), 4);
    try {
      await disturbed(cluster.target, 'lost-reply', { after: 1, strike: () => Promise.resolve() });
      expect(lost.count()).toBe(4);
    } finally {
      lost.lift();
    }
  });
}

test('the reply to the create of a revision is lost: there is one revision, and one restart of each pod', async () => {
  const lost = proxy.inject({ kind: 'lose-reply' }, isWriteOf('POST', 'controllerrevisions'), 3);
  await disturbed(cluster.target, 'lost-revision', {
    strike: async (scene) => {
      const { items } = await scene.api.call<{ items: unknown[] }>(
        'GET',
        `/apis/apps/v1/namespaces/${scene.namespace}/controllerrevisions`,
      );
      expect(items.length).toBe(3);
    },
  });
  expect(lost.count()).toBe(3);
});

test('every call takes 300 ms longer: slower, and nothing else', async () => {
  const slow = proxy.inject({ kind: 'delay', ms: 300 }, isCall);
  try {
    await disturbed(cluster.target, 'latency', { strike: () => Promise.resolve() });
  } finally {
    slow.lift();
  }
});

test('the watches are cut again and again', () =>
  disturbed(cluster.target, 'cut', {
    strike: async (scene) => {
      for (const moments of [6, 9, 12]) {
        await scene.until(`${moments} moments of web`, () => of(scene, 'web').length >= moments);
        expect(proxy.cutWatches()).toBeGreaterThan(0);
      }
    },
  }));

for (const after of [1, 3, 8]) {
  test(`the watches fall silent and stay open, ${after} moments into an update`, () =>
    disturbed(cluster.target, 'silent', {
      after,
      strike: async () => expect(proxy.stallWatches()).toBeGreaterThan(0),
    }));
}

test('the worker lives and is well after all that', () => {
  expect(() => process.kill(worker.pid, 0)).not.toThrow();
});
