import { afterAll, beforeAll, expect, test } from 'vitest';
import { readInstance } from '../../sandbox/processes/instance.ts';
import { type ApiProxy, startApiProxy } from '../support/api-proxy.ts';
import { startOwnCluster, type OwnCluster } from '../support/own-cluster.ts';
import type { WorkerProcess } from '../support/worker-process.ts';
import { disturbed } from './disturbed.ts';

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

/** Makes etcd forget every version of an object but the last, as it does by itself every few minutes. */
async function compactEtcd(): Promise<void> {
  const port = readInstance(cluster.sandbox.dir)?.ports['etcd'];
  const ask = async <T>(path: string, body: object): Promise<T> => {
    const answer = await fetch(`http://127.0.0.1:${port}/v3/${path}`, { method: 'POST', body: JSON.stringify(body) });
    expect(answer.status, path).toBe(200);
    return (await answer.json()) as T;
  };
  const { header } = await ask<{ header: { revision: string } }>('maintenance/status', {});
  await ask('kv/compaction', { revision: header.revision, physical: true });
}

test('the API server is killed and started again', () =>
  disturbed(cluster.target, 'api-killed', {
    hasGaps: true,
    strike: async () => {
      await cluster.sandbox.processes.apiserver.kill('SIGKILL');
      await cluster.sandbox.processes.apiserver.restart();
    },
  }));

test('etcd is compacted while the API server is away: the watches are answered by 410, and the kinds are listed anew', () =>
  disturbed(cluster.target, 'compacted', {
    hasGaps: true,
    strike: async () => {
      // Frozen, it does not get to know of the outage, and afterwards asks to go on from a version that nobody knows any more.
      worker.signal('SIGSTOP');
      await compactEtcd();
      await cluster.sandbox.processes.apiserver.restart();
      const before = proxy.expired();
      worker.signal('SIGCONT');
      await expect.poll(() => proxy.expired(), { timeout: 20_000 }).toBeGreaterThan(before);
    },
  }));
