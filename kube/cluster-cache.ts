import type { Claim, ClusterView, ControllerRevision, Pod, StatefulSet } from '../model/objects.ts';
import type { KubeClient } from './client.ts';
import type { ReflectorProblem } from './reflector.ts';
import type { NodeObject, SetFlavour } from './resources.ts';
import type { SetKey } from './set-key.ts';

export interface CachedKinds {
  readonly pods: Pod;
  readonly claims: Claim;
  readonly revisions: ControllerRevision;
  readonly sets: StatefulSet;
}

/** The version to have seen, for each kind that matters to the caller. */
export type SeenVersions = Readonly<Partial<Record<keyof CachedKinds, string>>>;

export interface ClusterCacheOptions {
  readonly flavours: readonly SetFlavour[];
  /** Default: all namespaces. */
  readonly namespaces?: readonly string[];
  /** Also keep nodes. Default false. */
  readonly nodes?: boolean;
  /** How long `waitSeen` trusts the watch before it reconnects, then lists, in ms. Default 1000. */
  readonly seenMs?: number;
  readonly onProblem?: (problem: ReflectorProblem) => void;
}

/** What every set, pod, claim and revision looked like a moment ago: one per worker. */
export interface ClusterCache {
  /** Resolves when all kinds were listed; a kind that is not served does not hold it up. */
  readonly ready: Promise<void>;
  start(): void;
  stop(): Promise<void>;
  /** The set and what belongs to it by name or owner; undefined when there is no such set. The same object until `version` changes. */
  view(key: SetKey): ClusterView | undefined;
  /** Grows with every change of anything in the set's view; 0 when there is no such set. Never returns to a former value other than 0. */
  version(key: SetKey): number;
  sets(): readonly SetKey[];
  /** Calls the listener soon after anything of the set changed, once for changes that came together; returns how to stop. */
  watchSet(key: SetKey, listener: () => void): () => void;
  /** As `watchSet`, for all sets: those that exist and those that have just gone. */
  onAnyChange(listener: (key: SetKey) => void): () => void;
  /** Waits for the next change of the set after the call, `timeoutMs` at most; rejects with the signal's reason. */
  changed(key: SetKey, signal: AbortSignal, timeoutMs: number): Promise<'changed' | 'timeout'>;
  /**
   * Resolves when the watches (not only our own replies) have shown everything up to these versions, or a list that began after the
   * call has. `namespace` matters when the cache is limited to namespaces: without it all of them must have.
   */
  waitSeen(seen: SeenVersions, signal: AbortSignal, namespace?: string): Promise<void>;
  /** Takes in the reply to a write of ours; older news is ignored. */
  observe<K extends keyof CachedKinds>(kind: K, object: CachedKinds[K]): void;
  node(name: string): NodeObject | undefined;
  /** Time since the kind heard of longest ago was heard of, in ms. */
  staleness(): number;
  /** The flavours that the server does not serve now. */
  missing(): readonly SetFlavour[];
}

export function createClusterCache(_client: KubeClient, _options: ClusterCacheOptions): ClusterCache {
  throw new Error('not implemented');
}
