import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { openKubeApi } from '../../sandbox/kube-api.ts';
import { waitUntil } from '../../sandbox/processes/wait-until.ts';
import { auditSlice } from '../support/audit.ts';
import { costsOf } from '../support/history-costs.ts';
import { runsOf } from '../support/history.ts';
import type { StatefulSet } from '../support/objects.ts';
import { startOwnCluster } from '../support/own-cluster.ts';

const limits = {
  /** A history of Temporal ends a run at 51,200 events or 50 MB, and warns at a fifth of that. */
  events: 10_000,
  historyBytes: 10_000_000,
  /** Temporal refuses payloads of 2 MB, and warns at an eighth of that. */
  payloadBytes: 256_000,
  /** Temporal refuses the 2,001st of one run. */
  pendingActivities: 100,
  workerMB: 600,
  statusWritesAnOrdinal: 2,
};

const data = {
  metadata: { name: 'data' },
  spec: { accessModes: ['ReadWriteOnce'], storageClassName: 'fast', resources: { requests: { storage: '1Gi' } } },
};

test.each([
  ['an ordered set of 1,000 with a claim each', 1_000, { volumeClaimTemplates: [data] }],
  ['a parallel set of 5,000', 5_000, { podManagementPolicy: 'Parallel' }],
] as const)('%s starts, far from every limit of Temporal, in 600 MB of memory', async (_, replicas, spec) => {
  await using cluster = await sizedCluster();
  const { api, namespace, worker } = cluster;
  const labels = { app: 'web' };
  const began = Date.now();
  await api.call('POST', `/apis/apps/v1/namespaces/${namespace}/statefulsets`, {
    metadata: { name: 'web' },
    spec: {
      serviceName: 'web',
      replicas,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name: 'web', image: 'nginx:1' }] } },
      ...spec,
    },
  });
  await waitUntil(
    `all ${replicas} are available, and the set says so`,
    async () => {
      const path = `/apis/apps/v1/namespaces/${namespace}/statefulsets/web`;
      const { metadata, status } = await api.call<StatefulSet>('GET', path);
      return status?.observedGeneration === metadata.generation && status?.availableReplicas === replicas;
    },
    { timeoutMs: 1_700_000, everyMs: 500 },
  );
  const seconds = (Date.now() - began) / 1000;
  const runs = await waitUntil(
    'the operation has ended',
    async () => {
      const found = await runsOf(cluster.target, namespace);
      return found.some(({ type, status }) => type !== 'statefulSet' && status !== 'Running') && found;
    },
    { timeoutMs: 60_000, everyMs: 500 },
  );
  const statusWrites = (await cluster.audit.read()).filter(
    ({ userAgent, objectRef }) =>
      userAgent?.startsWith('ordinal/') === true &&
      objectRef?.resource === 'statefulsets' &&
      objectRef.subresource === 'status',
  );
  const costs = runs.map((run) => ({ type: run.type, ...costsOf(run) }));
  const peakMB =
    (Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${worker.pid}/status`, 'utf8'))?.[1]) * 1024) / 1e6;
  process.stdout.write(
    `${replicas} in ${seconds.toFixed()} s; worker ${peakMB.toFixed()} MB at its peak; ` +
      `${statusWrites.length} status writes; ${JSON.stringify(costs)}\n`,
  );
  expect(costs.map(({ type }) => type).sort()).toEqual(['rollout', 'statefulSet']);
  for (const { events, bytes, largestPayload, mostPending } of costs) {
    expect(events).toBeLessThan(limits.events);
    expect(bytes).toBeLessThan(limits.historyBytes);
    expect(largestPayload).toBeLessThan(limits.payloadBytes);
    expect(mostPending).toBeLessThan(limits.pendingActivities);
  }
  expect(statusWrites.length).toBeLessThanOrEqual(limits.statusWritesAnOrdinal * replicas);
  expect(peakMB).toBeLessThan(limits.workerMB);
});

/** A cluster with a worker and a namespace, and the audit log from here on. */
async function sizedCluster() {
  const cluster = await startOwnCluster();
  const worker = await cluster.startWorker();
  const api = openKubeApi(cluster.target.kubeconfig);
  const namespace = 'size';
  const audit = await auditSlice(cluster.target.auditLog, namespace);
  await api.call('POST', '/api/v1/namespaces', { metadata: { name: namespace } });
  await waitUntil('the namespace has a default service account', () =>
    api.call('GET', `/api/v1/namespaces/${namespace}/serviceaccounts/default`),
  );
  return {
    target: cluster.target,
    worker,
    api,
    namespace,
    audit,
    async [Symbol.asyncDispose]() {
      await api.close();
      await cluster.stop();
    },
  };
}
