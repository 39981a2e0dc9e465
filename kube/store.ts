import { isNewer } from './resource-version.ts';
import type { KubeObject } from './resources.ts';

export type Change<T> =
  | { readonly type: 'added'; readonly object: T }
  | { readonly type: 'modified'; readonly object: T; readonly previous: T }
  /** `object` is the last state known. */
  | { readonly type: 'deleted'; readonly object: T };

/** The values under which an object is found; none keeps it out of the index. */
export type IndexFunction<T> = (object: T) => readonly string[];

export interface StoreOptions<T extends KubeObject> {
  readonly indexes?: Readonly<Record<string, IndexFunction<T>>>;
  /** What a listener throws. Default: nothing happens. */
  readonly onListenerError?: (error: unknown) => void;
}

/** `namespace/name`, or the name of an object without a namespace. */
function keyOf(object: KubeObject): string {
  const { namespace, name } = object.metadata;
  return namespace === undefined ? name : `${namespace}/${name}`;
}

/**
 * The objects of one kind, filled by a reflector, found by name and by index.
 *
 * Reads follow our writes: `observe` shows the reply of a write before the watch brings it, unless the watch is already past it; so a late
 * reply never brings back an object whose deletion was seen, and in the end the store is what the watch says.
 */
export class Store<T extends KubeObject> {
  readonly #objects = new Map<string, T>();
  readonly #indexes = new Map<
    string,
    { readonly of: IndexFunction<T>; readonly entries: Map<string, Map<string, T>> }
  >();
  /** Versions of objects that we wrote and the watch has not shown yet. */
  readonly #unconfirmed = new Map<string, string>();
  readonly #listeners = new Set<(change: Change<T>) => void>();
  readonly #onListenerError: (error: unknown) => void;
  #resourceVersion = '0';

  constructor(options: StoreOptions<T> = {}) {
    for (const [name, of] of Object.entries(options.indexes ?? {})) this.#indexes.set(name, { of, entries: new Map() });
    this.#onListenerError = options.onListenerError ?? (() => {});
  }

  /** The version up to which the list or the watch was seen; `0` before the first list. */
  get resourceVersion(): string {
    return this.#resourceVersion;
  }

  get size(): number {
    return this.#objects.size;
  }

  get(namespace: string | undefined, name: string): T | undefined {
    return this.#objects.get(namespace === undefined ? name : `${namespace}/${name}`);
  }

  values(): IterableIterator<T> {
    return this.#objects.values();
  }

  /** The objects that the index has under this value, in no particular order. */
  byIndex(index: string, value: string): readonly T[] {
    const found = this.#indexes.get(index)?.entries.get(value);
    return found === undefined ? [] : [...found.values()];
  }

  /** Calls the listener after each change; returns how to stop. What it throws is contained. */
  onChange(listener: (change: Change<T>) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** A list: the whole truth at its version. Only replies to writes that are newer than it are kept, and only over one list. */
  replace(items: readonly T[], resourceVersion: string): void {
    this.#resourceVersion = resourceVersion;
    const kept = new Set<string>();
    for (const [key, version] of this.#unconfirmed) {
      if (isNewer(version, resourceVersion)) kept.add(key);
    }
    this.#unconfirmed.clear();
    const listed = new Set<string>();
    for (const item of items) {
      const key = keyOf(item);
      listed.add(key);
      if (!kept.has(key)) this.#put(key, item);
    }
    for (const [key, object] of this.#objects) {
      if (!listed.has(key) && !kept.has(key)) this.#delete(key, object);
    }
  }

  /** An event of the watch. */
  apply(event: { readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'; readonly object: T }): void {
    const { object } = event;
    const version = object.metadata.resourceVersion;
    this.bookmark(version);
    const key = keyOf(object);
    const stored = this.#objects.get(key);
    const ahead = stored !== undefined && isNewer(stored.metadata.resourceVersion, version);
    if (event.type === 'DELETED') {
      // What is newer than the deletion is a successor of the same name.
      if (stored !== undefined && !ahead) this.#delete(key, stored);
    } else if (!ahead) {
      this.#unconfirmed.delete(key);
      this.#put(key, object);
    }
  }

  /** The watch has brought everything up to this version. */
  bookmark(resourceVersion: string): void {
    if (isNewer(resourceVersion, this.#resourceVersion)) this.#resourceVersion = resourceVersion;
  }

  /**
   * The reply to a write of ours. Returns whether it was news: false when the store or the watch is already at it or past it.
   * The reply to a delete may be given as well: when it was the end of the object, the watch's next event says so.
   */
  observe(object: T): boolean {
    const version = object.metadata.resourceVersion;
    const key = keyOf(object);
    const stored = this.#objects.get(key);
    if (!isNewer(version, this.#resourceVersion)) return false;
    if (stored !== undefined && !isNewer(version, stored.metadata.resourceVersion)) return false;
    this.#unconfirmed.set(key, version);
    this.#put(key, object);
    return true;
  }

  #put(key: string, object: T): void {
    const previous = this.#objects.get(key);
    this.#objects.set(key, object);
    for (const { of, entries } of this.#indexes.values()) {
      const values = of(object);
      for (const value of previous === undefined ? [] : of(previous)) {
        if (!values.includes(value)) drop(entries, value, key);
      }
      for (const value of values) {
        let found = entries.get(value);
        if (found === undefined) entries.set(value, (found = new Map()));
        found.set(key, object);
      }
    }
    if (previous === undefined) this.#emit({ type: 'added', object });
    else if (previous.metadata.resourceVersion !== object.metadata.resourceVersion) {
      this.#emit({ type: 'modified', object, previous });
    }
  }

  #delete(key: string, object: T): void {
    this.#objects.delete(key);
    this.#unconfirmed.delete(key);
    for (const { of, entries } of this.#indexes.values()) {
      for (const value of of(object)) drop(entries, value, key);
    }
    this.#emit({ type: 'deleted', object });
  }

  #emit(change: Change<T>): void {
    for (const listener of this.#listeners) {
      try {
        listener(change);
      } catch (error) {
        this.#onListenerError(error);
      }
    }
  }
}

function drop<T>(entries: Map<string, Map<string, T>>, value: string, key: string): void {
  const found = entries.get(value);
  found?.delete(key);
  if (found?.size === 0) entries.delete(value);
}
