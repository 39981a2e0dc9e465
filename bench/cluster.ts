import { randomBytes } from 'node:crypto';
import { KubeClient } from '../kube/client.ts';
import { type ClusterCache, createClusterCache } from '../kube/cluster-cache.ts';
import { connectCluster } from '../kube/connect.ts';
import { namespaces, setsOf } from '../kube/resources.ts';
import type { Pod, SetKey, StatefulSet } from '../model/objects.ts';
import { isRunningAndReady } from '../model/readiness.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';

/** What the benchmark itself sees of the sandbox. */
export interface Cluster {
  readonly client: KubeClient;
  readonly cache: ClusterCache;
  close(): Promise<void>;
}

export async function openCluster(sandbox: Sandbox): Promise<Cluster> {
  const client = new KubeClient(connectCluster({ kubeconfigPath: sandbox.kubeconfig }));
  const cache = createClusterCache(client, { flavours: ['apps/v1'] });
  cache.start();
  await cache.ready;
  return { client, cache, close: () => cache.stop() };
}

export async function newNamespace({ client }: Cluster): Promise<string> {
  const name = `bench-${randomBytes(4).toString('hex')}`;
  await client.create(namespaces, undefined, { metadata: { name } });
  return name;
}

/** Waits until the namespace is gone with all that is in it: the next run has the machine to itself. */
export async function cleared({ client }: Cluster, namespace: string): Promise<void> {
  const { uid } = (await client.get(namespaces, undefined, namespace)).metadata;
  await client.remove(namespaces, undefined, namespace, { uid });
  const deadline = AbortSignal.timeout(300_000);
  for (let waitMs = 100; !deadline.aborted; waitMs = Math.min(waitMs * 2, 1_000)) {
    if ((await client.find(namespaces, undefined, namespace)) === undefined) return;
    await new Promise((resolve) => setTimeout(resolve, waitMs));
  }
  throw new Error(`namespace ${namespace} is not gone after 5 minutes`);
}

export interface SetOptions {
  readonly replicas: number;
  readonly claims?: boolean;
  readonly parallel?: boolean;
  readonly name?: string;
  /** Default `nginx:1`. */
  readonly image?: string;
  /** Default 1. */
  readonly maxUnavailable?: number;
}

/** A set as users have them, with nothing that is slow by itself. */
function newSet({
  replicas,
  claims: withClaims = false,
  parallel = false,
  name = 'web',
  image = 'nginx:1',
  maxUnavailable = 1,
}: SetOptions): object {
  const labels = { app: name };
  const claim = {
    metadata: { name: 'data' },
    spec: { accessModes: ['ReadWriteOnce'], storageClassName: 'fast', resources: { requests: { storage: '1Gi' } } },
  };
  return {
    metadata: { name },
    spec: {
      serviceName: name,
      replicas,
      podManagementPolicy: parallel ? 'Parallel' : 'OrderedReady',
      updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 0, maxUnavailable } },
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: { terminationGracePeriodSeconds: 1, containers: [{ name: 'web', image }] },
      },
      ...(withClaims ? { volumeClaimTemplates: [claim] } : {}),
    },
  };
}

export async function createSet({ client }: Cluster, namespace: string, options: SetOptions): Promise<StatefulSet> {
  return client.create(setsOf('apps/v1'), namespace, newSet(options) as { metadata: { name: string } });
}

/** Resolves when the condition holds for the set's pods; rejects after `timeoutMs`. */
export async function podsAre(
  { cache }: Cluster,
  key: SetKey,
  condition: (pods: readonly Pod[]) => boolean,
  timeoutMs = 300_000,
): Promise<void> {
  const deadline = AbortSignal.timeout(timeoutMs);
  for (;;) {
    if (condition(cache.view(key)?.pods ?? [])) return;
    await cache.changed(key, deadline, 1_000);
  }
}

export const allReady = (replicas: number) => (pods: readonly Pod[]) =>
  pods.length === replicas &&
  pods.every((pod) => isRunningAndReady(pod) && pod.metadata.deletionTimestamp === undefined);
