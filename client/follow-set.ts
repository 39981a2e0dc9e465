import type { KubeClient } from '../kube/client.ts';
import { pods, revisions, setsOf } from '../kube/resources.ts';
import { Shelf } from '../kube/shelf.ts';
import { longestTimerMs } from '../kube/sleep.ts';
import type { ClusterView, SetKey, StatefulSet } from '../model/objects.ts';
import { selectorString } from '../model/selector.ts';
import { orAborted } from './or-aborted.ts';
import { isOf } from './set-view.ts';

/**
 * The set with its pods and revisions, now and after every change; changes that come together are told once. Undefined when the set is
 * gone (or another one of the name is there); that ends it. Watches this one set only. Claims are left out: nothing shown depends on them.
 *
 * `wakeAt` says when to tell the same again although nothing changed, in ms since the epoch.
 */
export async function* followSet(
  kube: KubeClient,
  key: SetKey,
  of: { readonly set: StatefulSet; readonly signal?: AbortSignal; readonly wakeAt?: () => number | undefined },
): AsyncGenerator<ClusterView | undefined, void, undefined> {
  const { namespace, name } = key;
  const labelSelector = selectorString(of.set.spec.selector);
  const sets = new Shelf({
    client: kube,
    resource: setsOf(key.flavour),
    namespace,
    fieldSelector: `metadata.name=${name}`,
  });
  const ownPods = new Shelf({ client: kube, resource: pods, namespace, labelSelector });
  const ownRevisions = new Shelf({ client: kube, resource: revisions, namespace, labelSelector });
  const shelves = [sets, ownPods, ownRevisions];
  let dirty = true;
  let wake: () => void = () => undefined;
  const touch = (): void => {
    dirty = true;
    wake();
  };
  for (const { store } of [sets, ownPods, ownRevisions] as const) (store as Listened).onChange(touch);
  of.signal?.addEventListener('abort', touch, { once: true });
  for (const { reflector } of shelves) reflector.start();
  try {
    // Where nobody answers the first lists, only the signal ends it.
    await orAborted(Promise.all(shelves.map(({ reflector }) => reflector.synced)), of.signal).catch(() => undefined);
    while (of.signal?.aborted !== true) {
      if (dirty) {
        dirty = false;
        const set = sets.store.get(namespace, name);
        if (set === undefined || set.metadata.uid !== of.set.metadata.uid) {
          yield undefined;
          return;
        }
        const own = [...ownRevisions.store.values()].filter((revision) => isOf(set, revision));
        yield { set, pods: [...ownPods.store.values()], revisions: own };
        continue;
      }
      const at = of.wakeAt?.();
      await new Promise<void>((resolve) => {
        const wait = Math.min(Math.max((at ?? 0) - Date.now(), 20), longestTimerMs);
        const timer = at === undefined ? undefined : setTimeout(touch, wait);
        wake = () => {
          clearTimeout(timer);
          // Changes come in bursts: what belongs together is told together.
          setTimeout(resolve, 5);
        };
        if (dirty) wake();
      });
    }
  } finally {
    of.signal?.removeEventListener('abort', touch);
    await Promise.all(shelves.map(({ reflector }) => reflector.stop()));
  }
}

interface Listened {
  onChange(listener: () => void): unknown;
}
