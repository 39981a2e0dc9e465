import type { KubeClient } from '../kube/client.ts';
import type { ClusterCache } from '../kube/cluster-cache.ts';
import { isConflict, isNotFound } from '../kube/errors.ts';
import { setsOf } from '../kube/resources.ts';
import { nameCondition } from '../model/blocking.ts';
import { isOwn } from '../model/flavour.ts';
import type { Condition, SetFlavour, SetKey, StatefulSet } from '../model/objects.ts';
import { rfc3339 } from '../model/readiness.ts';
import { pause } from './retrying.ts';

export interface NameGuardOptions {
  readonly cache: ClusterCache;
  readonly client: KubeClient;
  /** ms since the epoch. */
  readonly clock: () => number;
  readonly onProblem: (problem: unknown, key?: SetKey) => void;
  /** How often a set in conflict is looked at again, in ms. Default 5000. */
  readonly everyMs?: number;
}

/** Sees to it that of two sets of the same name, one of each API, only the one that was there first is served. */
export interface NameGuard {
  /** May the set be served? If not, it has been told so on its conditions. */
  mayServe(key: SetKey): Promise<boolean>;
  /** Looks again at sets that may not, until the signal is aborted. */
  run(signal: AbortSignal): Promise<void>;
}

export function createNameGuard({ cache, client, clock, onProblem, everyMs = 5_000 }: NameGuardOptions): NameGuard {
  /** uids of the sets that had the name first: who comes later does not change that. */
  const free = new Set<string>();

  const mayServe = async (key: SetKey): Promise<boolean> => {
    const set = cache.view(key)?.set;
    if (set === undefined || free.has(set.metadata.uid)) return true;
    const flavour = otherFlavour(key.flavour);
    const other = await client.find(setsOf(flavour), key.namespace, key.name);
    const isTaken = other !== undefined && wasFirst(other, set);
    const told = await tell(
      key,
      set,
      isTaken ? `${key.namespace}/${key.name} is a StatefulSet of ${flavour}` : undefined,
    );
    if (!isTaken && told) free.add(set.metadata.uid);
    return !isTaken;
  };

  const tell = async (key: SetKey, set: StatefulSet, message: string | undefined): Promise<boolean> => {
    const conditions = set.status?.conditions ?? [];
    if (conditions.some(({ type }) => type === nameCondition) === (message !== undefined)) return true;
    const others = conditions.filter(({ type }) => type !== nameCondition);
    const condition = (message: string): Condition => ({
      type: nameCondition,
      status: 'True',
      reason: 'NameTaken',
      message: `${message}: delete one of the two, or give this one another name`,
      lastTransitionTime: rfc3339(clock()),
    });
    const status = {
      ...set.status,
      replicas: set.status?.replicas ?? 0,
      conditions: message === undefined ? others : [...others, condition(message)],
    };
    try {
      const resource = setsOf(key.flavour);
      cache.observe('sets', await client.replaceStatus(resource, key.namespace, key.name, { ...set, status }));
      return true;
    } catch (error) {
      // Told at the next look.
      if (!isConflict(error) && !isNotFound(error)) throw error;
      return false;
    }
  };

  return {
    mayServe,
    async run(signal) {
      const again = async (key: SetKey): Promise<void> => {
        const conditions = cache.view(key)?.set.status?.conditions ?? [];
        if (!conditions.some(({ type }) => type === nameCondition)) return;
        await mayServe(key).catch((error: unknown) => onProblem(error, key));
      };
      // The other set is not watched where it is of an API that is not served here: hence also every now and then.
      const stop = cache.onAnyChange((key) => void again(key));
      try {
        for (; !signal.aborted; await pause(everyMs, signal)) for (const key of cache.sets()) await again(key);
      } finally {
        stop();
      }
    },
  };
}

function otherFlavour(flavour: SetFlavour): SetFlavour {
  return flavour === 'apps/v1' ? 'ordinal.dev/v1' : 'apps/v1';
}

/** Of two that were made in the same second the native one counts as the first. */
function wasFirst(other: StatefulSet, set: StatefulSet): boolean {
  const age = Date.parse(other.metadata.creationTimestamp ?? '') - Date.parse(set.metadata.creationTimestamp ?? '');
  return age < 0 || (age === 0 && isOwn(set));
}
