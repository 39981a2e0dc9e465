import { claims, pods } from '../kube/resources.ts';
import { newClaim, newPod, podName } from '../model/identity.ts';
import type { Pod, SetKey, StatefulSet } from '../model/objects.ts';
import { isRunningAndReady } from '../model/readiness.ts';
import type { Cluster } from './cluster.ts';

/**
 * The bare minimum of what any controller of sets has to do: the same calls, the same waits, nothing else. For sets that nobody works
 * on: the set is only the owner that pods name.
 */
const patienceMs = 600_000;
/** Calls under way at once where order does not matter. */
const together = 64;

/** For each ordinal its claims, its pod, and the wait until it is Ready. */
export async function directStart(cluster: Cluster, set: StatefulSet, ordinals: number): Promise<void> {
  for (let ordinal = 0; ordinal < ordinals; ordinal++) {
    const { metadata } = await create(cluster, set, ordinal, 'direct');
    await until(cluster, set, (found) =>
      found.some((pod) => pod.metadata.uid === metadata.uid && isRunningAndReady(pod)),
    );
  }
}

/** All pods at once. */
export async function directParallel(cluster: Cluster, set: StatefulSet, ordinals: number): Promise<void> {
  for (let first = 0; first < ordinals; first += together) {
    const some = Array.from({ length: Math.min(together, ordinals - first) }, (_, index) => first + index);
    await Promise.all(some.map((ordinal) => create(cluster, set, ordinal, 'direct')));
  }
  await until(cluster, set, (found) => found.filter(isRunningAndReady).length === ordinals);
}

/** From the top, `maxUnavailable` at a time: delete, wait until it is gone, create, wait until it is Ready. */
export async function directUpdate(
  cluster: Cluster,
  set: StatefulSet,
  ordinals: number,
  maxUnavailable: number,
): Promise<void> {
  for (let top = ordinals - 1; top >= 0; top -= maxUnavailable) {
    const some = Array.from({ length: Math.min(maxUnavailable, top + 1) }, (_, index) => top - index);
    await Promise.all(some.map((ordinal) => remove(cluster, set, ordinal)));
    const created = await Promise.all(some.map((ordinal) => create(cluster, set, ordinal, 'updated', false)));
    const uids = new Set(created.map(({ metadata }) => metadata.uid));
    await until(
      cluster,
      set,
      (found) => found.filter((pod) => uids.has(pod.metadata.uid) && isRunningAndReady(pod)).length === uids.size,
    );
  }
}

/** From the top, the next when the former is gone. */
export async function directScaleIn(cluster: Cluster, set: StatefulSet, ordinals: number): Promise<void> {
  for (let ordinal = ordinals - 1; ordinal >= 0; ordinal--) await remove(cluster, set, ordinal);
}

async function create(
  { client }: Cluster,
  set: StatefulSet,
  ordinal: number,
  revision: string,
  withClaims = true,
): Promise<Pod> {
  const namespace = set.metadata.namespace ?? '';
  for (const template of withClaims ? (set.spec.volumeClaimTemplates ?? []) : [])
    await client.create(claims, namespace, newClaim({ set, template, ordinal }));
  return client.create(pods, namespace, newPod({ set, revision, template: set.spec.template, ordinal }));
}

async function remove(cluster: Cluster, set: StatefulSet, ordinal: number): Promise<void> {
  const name = podName(set, ordinal);
  const { uid, resourceVersion } = (await cluster.client.get(pods, set.metadata.namespace, name)).metadata;
  await cluster.client.remove(pods, set.metadata.namespace ?? '', name, { uid, resourceVersion });
  await until(cluster, set, (found) => found.every((pod) => pod.metadata.uid !== uid));
}

async function until(
  { cache }: Cluster,
  { metadata }: StatefulSet,
  condition: (found: readonly Pod[]) => boolean,
): Promise<void> {
  const key: SetKey = { flavour: 'apps/v1', namespace: metadata.namespace ?? '', name: metadata.name };
  const deadline = AbortSignal.timeout(patienceMs);
  while (!condition(cache.view(key)?.pods ?? [])) await cache.changed(key, deadline, 1_000);
}
