import { controllerOf, parsePodName } from '../model/identity.ts';
import type { Claim, ClusterView, ControllerRevision, Pod, SetFlavour, SetKey, StatefulSet } from '../model/objects.ts';
import { matchesSelector } from '../model/selector.ts';
import type { KubeClient } from './client.ts';
import { projectClaim, projectPod, projectWhole } from './projections.ts';
import type { Reflector, ReflectorProblem, ReflectorTiming } from './reflector.ts';
import { claims, pods, revisions, setsOf, type KubeObject, type Resource } from './resources.ts';
import { freeIn, keyOfSet, namespaceOf, ownerOf, stemOf, stemsOf } from './set-indexes.ts';
import { SetChanges } from './set-changes.ts';
import { setKeyText } from './set-key.ts';
import { Shelf } from './shelf.ts';
import type { Change, IndexFunction } from './store.ts';

interface CachedKinds {
  readonly pods: Pod;
  readonly claims: Claim;
  readonly revisions: ControllerRevision;
  readonly sets: StatefulSet;
}

/** The version to have seen, for each kind that matters to the caller. */
type SeenVersions = Readonly<Partial<Record<keyof CachedKinds, string>>>;

export interface ClusterCacheOptions extends ReflectorTiming {
  readonly flavours: readonly SetFlavour[];
  /** Default: all namespaces. */
  readonly namespaces?: readonly string[];
  /** How long `waitSeen` trusts the watch before it makes it anew, and then again before it lists, in ms. Default 1000. */
  readonly seenMs?: number;
  readonly onProblem?: (problem: ReflectorProblem) => void;
}

/** What every set, pod, claim and revision looked like a moment ago: one per worker. Its pods and claims are projected: for reading only. */
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
  /**
   * Calls the listener soon after anything of a set changed, once for changes that came together; returns how to stop. Tells of all sets:
   * those that exist and those that have just gone.
   */
  onAnyChange(listener: (key: SetKey) => void): () => void;
  /** Waits for the next change of the set after the call, `timeoutMs` at most; rejects with the signal's reason. */
  changed(key: SetKey, signal: AbortSignal, timeoutMs: number): Promise<'changed' | 'timeout'>;
  /**
   * Resolves when the watches (not only our own replies) have shown everything up to these versions, or a list that began after the
   * call has. Give the set's key as `scope`: without a flavour all flavours, and in a cache limited to namespaces without a
   * namespace all of them, must have, which takes a list where nothing happens.
   */
  waitSeen(seen: SeenVersions, signal: AbortSignal, scope?: Partial<SetKey>): Promise<void>;
  /** Makes all watches anew, each from where it stands: for a caller who has found that one of them must have fallen silent. */
  reconnect(): void;
  /** Takes in the reply to a write of ours; older news is ignored. */
  observe<K extends keyof CachedKinds>(kind: K, object: CachedKinds[K]): void;
  /** Time since the kind heard of longest ago was heard of, in ms. Up to about a minute is normal. */
  staleness(): number;
}

type Seeing = Pick<Shelf<Pod>, 'covers' | 'seen'>;
type Reflecting = Pick<Reflector<Pod>, 'synced' | 'start' | 'stop' | 'staleness' | 'reconnect'>;

interface SetShelf {
  readonly flavour: SetFlavour;
  readonly shelf: Shelf<StatefulSet>;
}

export function createClusterCache(client: KubeClient, options: ClusterCacheOptions): ClusterCache {
  return new ReflectedCache(client, options);
}

class ReflectedCache implements ClusterCache {
  readonly ready: Promise<void>;
  readonly #sets: readonly SetShelf[];
  readonly #pods: readonly Shelf<Pod>[];
  readonly #claims: readonly Shelf<Claim>[];
  readonly #revisions: readonly Shelf<ControllerRevision>[];
  readonly #changes: SetChanges;
  readonly #seenMs: number;
  /** Which sets a claim may belong to, by namespace and `<template>-<set>`. */
  readonly #stems = new Map<string, Map<string, SetKey>>();
  readonly #views = new Map<string, { readonly version: number; readonly view: ClusterView }>();
  /** The claims of a stem by name, until one of them changes: pods change far more often. */
  readonly #claimsOfStem = new Map<string, ReadonlyMap<string, Claim>>();

  constructor(client: KubeClient, options: ClusterCacheOptions) {
    const { flavours, namespaces, seenMs = 1_000, ...timing } = options;
    const scopes: readonly (string | undefined)[] = namespaces ?? [undefined];
    const shelves = <T extends KubeObject>(
      resource: Resource<T>,
      project: (object: T) => T,
      indexes: Readonly<Record<string, IndexFunction<T>>> = {},
    ): readonly Shelf<T>[] =>
      scopes.map(
        (namespace) =>
          new Shelf<T>({
            client,
            resource,
            project,
            indexes,
            ...timing,
            ...(namespace !== undefined && { namespace }),
          }),
      );
    this.#seenMs = seenMs;
    this.#changes = new SetChanges(
      (key, error) => options.onProblem?.({ during: 'handler', resource: setsOf(key.flavour), error }),
      (key) => pauseFor(this.#views.get(setKeyText(key))?.view.pods.length ?? 0),
    );
    this.#sets = flavours.flatMap((flavour) =>
      shelves(setsOf(flavour), projectWhole, {
        namespace: (set) => [namespaceOf(set)],
        uid: (set) => [set.metadata.uid],
      }).map((shelf) => ({ flavour, shelf })),
    );
    this.#pods = shelves(pods, projectPod, { stem: stemOf });
    this.#claims = shelves(claims, projectClaim, { stem: stemOf });
    this.#revisions = shelves(revisions, projectWhole, { owner: ownerOf, free: freeIn });
    this.#subscribe();
    this.ready = this.#synced();
  }

  start(): void {
    for (const shelf of this.#shelves()) shelf.reflector.start();
  }

  async stop(): Promise<void> {
    await Promise.all(this.#shelves().map((shelf) => shelf.reflector.stop()));
  }

  view(key: SetKey): ClusterView | undefined {
    const set = this.#set(key);
    if (set === undefined) return undefined;
    const text = setKeyText(key);
    const version = this.#changes.version(key);
    const memo = this.#views.get(text);
    if (memo?.version === version) return memo.view;
    const view = this.#assemble(key, set);
    this.#views.set(text, { version, view });
    return view;
  }

  version(key: SetKey): number {
    return this.#changes.version(key);
  }

  sets(): readonly SetKey[] {
    return this.#sets.flatMap(({ flavour, shelf }) => [...shelf.store.values()].map((set) => keyOfSet(flavour, set)));
  }

  onAnyChange(listener: (key: SetKey) => void): () => void {
    return this.#changes.watchAll(listener);
  }

  changed(key: SetKey, signal: AbortSignal, timeoutMs: number): Promise<'changed' | 'timeout'> {
    return this.#changes.next(key, signal, timeoutMs);
  }

  async waitSeen(seen: SeenVersions, signal: AbortSignal, scope: Partial<SetKey> = {}): Promise<void> {
    const { flavour, namespace } = scope;
    const wait = (version: string | undefined, shelves: readonly Seeing[]): readonly Promise<void>[] =>
      version === undefined
        ? []
        : shelves.filter((shelf) => shelf.covers(namespace)).map((shelf) => shelf.seen(version, signal, this.#seenMs));
    const sets = this.#sets.filter((each) => flavour === undefined || each.flavour === flavour);
    await Promise.all([
      ...wait(seen.pods, this.#pods),
      ...wait(seen.claims, this.#claims),
      ...wait(seen.revisions, this.#revisions),
      ...wait(
        seen.sets,
        sets.map(({ shelf }) => shelf),
      ),
    ]);
  }

  reconnect(): void {
    for (const { reflector } of this.#shelves()) reflector.reconnect();
  }

  observe<K extends keyof CachedKinds>(kind: K, object: CachedKinds[K]): void {
    this.#shelfFor(kind, object)?.observe(object);
  }

  staleness(): number {
    return Math.max(0, ...this.#shelves().map((shelf) => shelf.reflector.staleness()));
  }

  async #synced(): Promise<void> {
    await Promise.all(this.#shelves().map((shelf) => shelf.reflector.synced));
  }

  #assemble({ namespace, name }: SetKey, set: StatefulSet): ClusterView {
    const revisions = this.#revisions.find((shelf) => shelf.covers(namespace))?.store;
    const free = revisions?.byIndex('free', namespace) ?? [];
    const pods = this.#pods.find((shelf) => shelf.covers(namespace))?.store;
    const claims = stemsOf(set).map((stem) => this.#claimsWith(namespace, stem));
    return {
      set,
      pods: pods?.byIndex('stem', `${namespace}/${name}`) ?? [],
      claims: claims.length === 1 && claims[0] !== undefined ? claims[0] : new Map(claims.flatMap((each) => [...each])),
      revisions: [
        ...(revisions?.byIndex('owner', set.metadata.uid) ?? []),
        ...free.filter((revision) => matchesSelector(set.spec.selector, revision.metadata.labels)),
      ],
    };
  }

  #claimsWith(namespace: string, stem: string): ReadonlyMap<string, Claim> {
    let known = this.#claimsOfStem.get(stem);
    if (known === undefined) {
      const found = this.#claims.find((shelf) => shelf.covers(namespace))?.store.byIndex('stem', stem) ?? [];
      known = new Map(found.map((claim) => [claim.metadata.name, claim]));
      this.#claimsOfStem.set(stem, known);
    }
    return known;
  }

  #set({ flavour, namespace, name }: SetKey): StatefulSet | undefined {
    return this.#sets
      .find((each) => each.flavour === flavour && each.shelf.covers(namespace))
      ?.shelf.store.get(namespace, name);
  }

  #subscribe(): void {
    for (const { flavour, shelf } of this.#sets) shelf.store.onChange((change) => this.#setChanged(flavour, change));
    for (const shelf of this.#pods) shelf.store.onChange(({ object }) => this.#podChanged(object));
    for (const shelf of this.#claims) shelf.store.onChange(({ object }) => this.#claimChanged(object));
    for (const shelf of this.#revisions) {
      shelf.store.onChange((change) => {
        this.#revisionChanged(change.object);
        if (change.type === 'modified') this.#revisionChanged(change.previous);
      });
    }
  }

  #setChanged(flavour: SetFlavour, change: Change<StatefulSet>): void {
    const key = keyOfSet(flavour, change.object);
    const text = setKeyText(key);
    const former = change.type === 'modified' ? change.previous : change.type === 'deleted' ? change.object : undefined;
    for (const stem of former === undefined ? [] : stemsOf(former)) {
      const sharers = this.#stems.get(stem);
      sharers?.delete(text);
      if (sharers?.size === 0) this.#stems.delete(stem);
    }
    if (change.type === 'deleted') {
      this.#views.delete(text);
      for (const stem of stemsOf(change.object)) this.#claimsOfStem.delete(stem);
      this.#changes.touch(key, 'gone');
      return;
    }
    for (const stem of stemsOf(change.object)) {
      const sharers = this.#stems.get(stem) ?? new Map<string, SetKey>();
      this.#stems.set(stem, sharers.set(text, key));
    }
    this.#changes.touch(key, 'exists');
  }

  #podChanged(pod: Pod): void {
    const name = parsePodName(pod.metadata.name)?.prefix;
    if (name === undefined) return;
    const namespace = namespaceOf(pod);
    for (const { flavour, shelf } of this.#sets) {
      if (!shelf.covers(namespace)) continue;
      const exists = shelf.store.get(namespace, name) !== undefined;
      this.#changes.touch({ flavour, namespace, name }, exists ? 'exists' : 'absent');
    }
  }

  #claimChanged(claim: Claim): void {
    for (const stem of stemOf(claim)) {
      this.#claimsOfStem.delete(stem);
      for (const key of this.#stems.get(stem)?.values() ?? []) this.#changes.touch(key, 'exists');
    }
  }

  #revisionChanged(revision: ControllerRevision): void {
    const uid = controllerOf(revision.metadata)?.uid;
    for (const { flavour, shelf } of this.#sets) {
      const concerned =
        uid === undefined ? shelf.store.byIndex('namespace', namespaceOf(revision)) : shelf.store.byIndex('uid', uid);
      for (const set of concerned) this.#changes.touch(keyOfSet(flavour, set), 'exists');
    }
  }

  #shelfFor(kind: keyof CachedKinds, object: KubeObject): Shelf<KubeObject> | undefined {
    const covering = <T extends KubeObject>(shelves: readonly Shelf<T>[]): Shelf<KubeObject> | undefined =>
      shelves.find((shelf) => shelf.covers(object.metadata.namespace)) as Shelf<KubeObject> | undefined;
    if (kind === 'pods') return covering(this.#pods);
    if (kind === 'claims') return covering(this.#claims);
    if (kind === 'revisions') return covering(this.#revisions);
    return covering(this.#sets.filter(({ flavour }) => flavour === object.apiVersion).map(({ shelf }) => shelf));
  }

  #shelves(): readonly { readonly reflector: Reflecting }[] {
    return [...this.#sets.map(({ shelf }) => shelf), ...this.#pods, ...this.#claims, ...this.#revisions];
  }
}

/** Between two looks at a large set, in ms: a plan takes about a millisecond for 1,000 pods, and may have a fifth of the time. */
function pauseFor(podCount: number): number {
  return podCount > 200 ? podCount / 200 : 0;
}
