import { randomBytes } from 'node:crypto';
import { KubeClient } from '../kube/client.ts';
import { type ClusterCache, createClusterCache } from '../kube/cluster-cache.ts';
import { connectCluster } from '../kube/connect.ts';
import { namespaces, pods, setsOf } from '../kube/resources.ts';
import type { Pod, SetKey, StatefulSet } from '../model/objects.ts';
import { isRunningAndReady } from '../model/readiness.ts';
import { waitUntil } from '../sandbox/processes/wait-until.ts';
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

/**
 * Deletes the sets of a namespace and waits until their pods are gone: the next run has the machine to itself. Claims and the namespace stay,
 * which cost nothing more: Kubernetes leaves a namespace alone for five seconds before it begins to delete it.
 */
export async function cleared({ client }: Cluster, namespace: string): Promise<void> {
  const { items: sets } = await client.list(setsOf('apps/v1'), namespace);
  for (const { metadata } of sets)
    await client.remove(setsOf('apps/v1'), namespace, metadata.name, {
      uid: metadata.uid,
      propagationPolicy: 'Background',
    });
  await waitUntil(
    `the pods of ${namespace} are gone`,
    async () => (await client.list(pods, namespace)).items.length === 0,
    { timeoutMs: 300_000, everyMs: 100 },
  );
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

/** Resolves when the condition holds for the set's pods; rejects when `deadline` is aborted: after five minutes unless told otherwise. */
export async function podsAre(
  { cache }: Cluster,
  key: SetKey,
  condition: (found: readonly Pod[]) => boolean,
  deadline = AbortSignal.timeout(300_000),
): Promise<void> {
  for (;;) {
    if (condition(cache.view(key)?.pods ?? [])) return;
    await cache.changed(key, deadline, 1_000);
  }
}

export const allReady = (replicas: number) => (found: readonly Pod[]) =>
  found.length === replicas &&
  found.every((pod) => isRunningAndReady(pod) && pod.metadata.deletionTimestamp === undefined);
