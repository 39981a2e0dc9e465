import { setsOf } from '../kube/resources.ts';
import type { Pod, SetKey, StatefulSet } from '../model/objects.ts';
import { allReady, type Cluster, createSet, podsAre, type SetOptions } from './cluster.ts';
import type { Bench } from './scenario.ts';

export function keyIn(namespace: string, name = 'web'): SetKey {
  return { flavour: 'apps/v1', namespace, name };
}

/** Changes the spec of the set `web` by a merge patch, as kubectl does. */
export function patchSpec({ client }: Cluster, namespace: string, spec: object, name = 'web'): Promise<StatefulSet> {
  return client.patch(setsOf('apps/v1'), namespace, name, { spec }, 'merge');
}

export const isUpdatedTo = (image: string, replicas: number) => (pods: readonly Pod[]) =>
  allReady(replicas)(pods) && pods.every(({ spec }) => spec.containers?.[0]?.image === image);

export function imagePatch(image: string): object {
  return { template: { spec: { containers: [{ name: 'web', image }] } } };
}

/** Makes the set `web`, all of its pods Ready, before the system that is measured begins: `Parallel` unless told otherwise, which is sooner. */
export async function settledSet(
  bench: Bench,
  { ordered = false, ...options }: SetOptions & { readonly ordered?: boolean },
): Promise<StatefulSet> {
  const { cluster, namespace } = bench;
  let set: StatefulSet | undefined;
  await bench.prepared(async () => {
    set = await createSet(cluster, namespace, { ...options, parallel: !ordered });
    await podsAre(cluster, keyIn(namespace), allReady(options.replicas));
    await isThrough(cluster, namespace);
  });
  if (set === undefined) throw new Error('the set was not made');
  return set;
}

/** The status says that the newest spec is through. */
async function isThrough({ cache }: Cluster, namespace: string): Promise<void> {
  const deadline = AbortSignal.timeout(60_000);
  const key = keyIn(namespace);
  for (;;) {
    const { metadata, spec, status } = cache.view(key)?.set ?? {};
    const replicas = spec?.replicas ?? 0;
    if (status?.observedGeneration === metadata?.generation && (status?.availableReplicas ?? 0) === replicas) return;
    await cache.changed(key, deadline, 1_000);
  }
}

/** Has the controller that runs start, update (ten at a time) and empty a set of its own: what is measured after that is code that has run before. */
export async function warmUp(cluster: Cluster, namespace: string, replicas: number): Promise<void> {
  const image = 'nginx:2';
  await createSet(cluster, namespace, { replicas, claims: true, maxUnavailable: 10 });
  await podsAre(cluster, keyIn(namespace), allReady(replicas));
  await patchSpec(cluster, namespace, imagePatch(image));
  await podsAre(cluster, keyIn(namespace), isUpdatedTo(image, replicas));
  await patchSpec(cluster, namespace, { replicas: 0 });
  await podsAre(cluster, keyIn(namespace), (pods) => pods.length === 0);
  await isThrough(cluster, namespace);
}

/** Requests that are under way at once: a client that waits for each answer would be what is measured. */
const together = 32;

export async function inGroups<Item>(items: readonly Item[], work: (item: Item) => Promise<unknown>): Promise<void> {
  for (let first = 0; first < items.length; first += together)
    await Promise.all(items.slice(first, first + together).map(work));
}
