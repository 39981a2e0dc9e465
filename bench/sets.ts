import { setsOf } from '../kube/resources.ts';
import type { SetKey, StatefulSet } from '../model/objects.ts';
import {
  allReady,
  type Cluster,
  createSet,
  newNamespace,
  podsAre,
  removeNamespace,
  type SetOptions,
} from './cluster.ts';
import type { Bench } from './scenario.ts';

export function keyIn(namespace: string, name = 'web'): SetKey {
  return { flavour: 'apps/v1', namespace, name };
}

/** Changes the spec of the set `web` by a merge patch, as kubectl does. */
export function patchSpec({ client }: Cluster, namespace: string, spec: object, name = 'web'): Promise<StatefulSet> {
  return client.patch(setsOf('apps/v1'), namespace, name, { spec }, 'merge');
}

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

/** Has the controller that runs start and empty a set of 10 elsewhere: what is measured after that is code that has run before. */
export async function warmUp(cluster: Cluster): Promise<void> {
  const replicas = 10;
  const elsewhere = await newNamespace(cluster);
  await createSet(cluster, elsewhere, { replicas, claims: true });
  await podsAre(cluster, keyIn(elsewhere), allReady(replicas));
  await patchSpec(cluster, elsewhere, { replicas: 0 });
  await podsAre(cluster, keyIn(elsewhere), (pods) => pods.length === 0);
  await removeNamespace(cluster, elsewhere);
}

/** Requests that are under way at once: a client that waits for each answer would be what is measured. */
const together = 32;

export async function inGroups<Item>(items: readonly Item[], work: (item: Item) => Promise<unknown>): Promise<void> {
  for (let first = 0; first < items.length; first += together)
    await Promise.all(items.slice(first, first + together).map(work));
}
