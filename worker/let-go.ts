import type { Look, Planner } from '../activities/planner.ts';
import type { KubeClient } from '../kube/client.ts';
import type { ClusterCache } from '../kube/cluster-cache.ts';
import { isConflict, isNotFound } from '../kube/errors.ts';
import { removeFinalizer } from '../kube/remove-finalizer.ts';
import { namespaces } from '../kube/resources.ts';
import { setKeyText } from '../kube/set-key.ts';
import { orderedDeletionFinalizer } from '../model/annotations.ts';
import { nameConflict } from '../model/blocking.ts';
import type { SetKey } from '../model/objects.ts';
import { pause } from './retrying.ts';

export interface LetGoOptions {
  readonly cache: ClusterCache;
  readonly client: KubeClient;
  readonly planner: Planner;
  readonly onProblem: (problem: unknown, key: SetKey) => void;
  /** How often a deleted set that is still held is looked at again, in ms. Default 2,000. */
  readonly everyMs?: number;
}

/**
 * Lets go of deleted sets for whose ordered deletion nobody waits: their pods are to stay, the order is not asked for any more, or the
 * whole namespace goes, whose pods are deleted in any order. Without Temporal: a finalizer must never be what keeps a namespace.
 */
export async function runLetGo(options: LetGoOptions, signal: AbortSignal): Promise<void> {
  const { cache, planner, everyMs = 2_000 } = options;
  const held = new Map<string, SetKey>();
  const busy = new Set<string>();

  const consider = (key: SetKey): void => {
    const text = setKeyText(key);
    const look = planner.look(key);
    if (look === undefined || !isHeld(look)) return void held.delete(text);
    held.set(text, key);
    if (busy.has(text)) return;
    busy.add(text);
    letGo(options, key, look)
      .catch((error: unknown) => options.onProblem(error, key))
      .finally(() => busy.delete(text))
      .catch(() => undefined);
  };

  const stop = cache.onAnyChange(consider);
  try {
    for (const key of cache.sets()) consider(key);
    for (; !signal.aborted; await pause(everyMs, signal)) for (const key of held.values()) consider(key);
  } finally {
    stop();
  }
}

function isHeld({ view }: Look): boolean {
  const { deletionTimestamp, finalizers = [] } = view.set.metadata;
  return deletionTimestamp !== undefined && finalizers.includes(orderedDeletionFinalizer);
}

async function letGo({ client }: LetGoOptions, key: SetKey, { view, chores }: Look): Promise<void> {
  const isUnwanted = nameConflict(view.set) !== undefined || chores.some(({ kind }) => kind === 'remove-finalizer');
  if (!isUnwanted && !(await isTerminating(client, key.namespace))) return;
  try {
    await removeFinalizer(client, key, view.set);
  } catch (error) {
    // Whoever has changed the set brings us back here.
    if (!isConflict(error) && !isNotFound(error)) throw error;
  }
}

async function isTerminating(client: KubeClient, namespace: string): Promise<boolean> {
  const found = await client.find(namespaces, undefined, namespace);
  return found?.metadata.deletionTimestamp !== undefined;
}
