import { randomBytes } from 'node:crypto';
import { KubeClient } from '../kube/client.ts';
import { type ClusterCache, createClusterCache } from '../kube/cluster-cache.ts';
import { connectCluster } from '../kube/connect.ts';
import { claims, namespaces, pods, setsOf } from '../kube/resources.ts';
import { newClaim, newPod } from '../model/identity.ts';
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

export interface SetOptions {
  readonly replicas: number;
  readonly claims?: boolean;
  readonly parallel?: boolean;
  readonly name?: string;
}

/** A set as users have them, with nothing that is slow by itself. */
function newSet({ replicas, claims: withClaims = false, parallel = false, name = 'web' }: SetOptions): object {
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
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: { terminationGracePeriodSeconds: 1, containers: [{ name: 'web', image: 'nginx:1' }] },
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

/**
 * The bare minimum for an ordered start: for each ordinal the claim, the pod, and the wait until it is Ready. Needs a set that nobody
 * works on: `set` is only the owner that pods name.
 */
export async function directStart({ client, cache }: Cluster, set: StatefulSet, ordinals: number): Promise<void> {
  const namespace = set.metadata.namespace ?? '';
  const key: SetKey = { flavour: 'apps/v1', namespace, name: set.metadata.name };
  const deadline = AbortSignal.timeout(300_000);
  for (let ordinal = 0; ordinal < ordinals; ordinal++) {
    const [template] = set.spec.volumeClaimTemplates ?? [];
    if (template !== undefined) await client.create(claims, namespace, newClaim({ set, template, ordinal }));
    const body = newPod({ set, revision: 'direct', template: set.spec.template, ordinal });
    const { metadata } = await client.create(pods, namespace, body);
    const isReady = () =>
      cache.view(key)?.pods.some((pod) => pod.metadata.uid === metadata.uid && isRunningAndReady(pod)) === true;
    while (!isReady()) await cache.changed(key, deadline, 1_000);
  }
}
