import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startOwnCluster, type OwnCluster } from '../support/own-cluster.ts';
import { startTcpProxy, type TcpProxy } from '../support/tcp-proxy.ts';
import { disturbed } from './disturbed.ts';

let cluster: OwnCluster;
let proxy: TcpProxy;

beforeAll(async () => {
  cluster = await startOwnCluster();
  proxy = await startTcpProxy(cluster.target.temporalAddress);
  await cluster.startWorker(undefined, { temporalAddress: proxy.address });
});

afterAll(async () => {
  await cluster?.stop();
  await proxy?.close();
});

test('the connections to Temporal are cut, and made again', () =>
  disturbed(cluster.target, 'temporal-cut', { strike: async () => proxy.cut() }));

test('Temporal refuses connections for a while', () =>
  disturbed(cluster.target, 'temporal-refused', {
    strike: async () => {
      await proxy.refuse();
      await sleep(3_000);
      await proxy.serve();
    },
  }));

test('Temporal falls silent, with its connections open, for longer than the heartbeats may', () =>
  disturbed(cluster.target, 'temporal-silent', {
    strike: async () => {
      proxy.stall();
      await sleep(8_000);
      await proxy.serve();
    },
  }));

test('Temporal is killed and started again on its database', () =>
  disturbed(cluster.target, 'temporal-killed', {
    strike: async (scene) => {
      await cluster.sandbox.processes.temporal.kill('SIGKILL');
      // What was begun is finished without Temporal.
      await scene.until('no pod is on its way', () => {
        const lastWords = new Map(scene.moments().map(({ name, what }) => [name, what]));
        return [...lastWords.values()].every((what) => what === 'ready');
      });
      await cluster.sandbox.processes.temporal.restart();
      expect(cluster.sandbox.processes.temporal.pid).toBeDefined();
    },
  }));
