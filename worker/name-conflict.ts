import type { KubeClient } from '../kube/client.ts';
import type { ClusterCache } from '../kube/cluster-cache.ts';
import { isConflict, isNotFound } from '../kube/errors.ts';
import { setsOf } from '../kube/resources.ts';
import { nameCondition, nameConflict } from '../model/blocking.ts';
import { replacedBy } from '../model/conversion.ts';
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
  /** The set that has each name, by its uid: who comes later does not change that. */
  const holders = new Map<string, string>();

  const mayServe = async (key: SetKey): Promise<boolean> => {
    const set = cache.view(key)?.set;
    if (set === undefined) return true;
    const name = `${key.namespace}/${key.name}`;
    if (holders.get(name) === set.metadata.uid && nameConflict(set) === undefined) return true;
    const flavour = otherFlavour(key.flavour);
    for (;;) {
      const holder = holders.get(name);
      const other = await client.find(setsOf(flavour), key.namespace, key.name);
      // Meanwhile the other one may have been given the name, too: only one of them finds it as it was.
      if (holders.get(name) !== holder) continue;
      const isHeld = holder === set.metadata.uid;
      const isTaken = other !== undefined && !isHeld && (other.metadata.uid === holder || wasFirst(other, set));
      if (!isTaken) holders.set(name, set.metadata.uid);
      await tell(key, set, isTaken ? `${name} is a StatefulSet of ${flavour}` : undefined);
      return !isTaken;
    }
  };

  const tell = async (key: SetKey, set: StatefulSet, message: string | undefined): Promise<void> => {
    if ((nameConflict(set) !== undefined) === (message !== undefined)) return;
    const conditions = set.status?.conditions ?? [];
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
    } catch (error) {
      // Told at the next look.
      if (!isConflict(error) && !isNotFound(error)) throw error;
    }
  };

  return {
    mayServe,
    async run(signal) {
      const again = async (key: SetKey): Promise<void> => {
        const set = cache.view(key)?.set;
        if (set === undefined || nameConflict(set) === undefined) return;
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

/**
 * One that takes the place of the other comes after it, however soon: objects bear the second of their birth, and a set may be converted and back
 * in less. Of two others that were made in the same second the native one counts as the first.
 */
function wasFirst(other: StatefulSet, set: StatefulSet): boolean {
  if (replacedBy(set) === other.metadata.uid) return true;
  if (replacedBy(other) === set.metadata.uid) return false;
  const age = Date.parse(other.metadata.creationTimestamp ?? '') - Date.parse(set.metadata.creationTimestamp ?? '');
  return age < 0 || (age === 0 && isOwn(set));
}
