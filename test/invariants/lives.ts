import type { KubeObject, WatchEvent } from './objects.ts';

/** An object as of one watch event, until the next one. */
export interface Version<T extends KubeObject> {
  readonly rv: number;
  /** ms since the epoch. */
  readonly at: number;
  readonly object: T;
}

/** One object from creation to removal: one uid. */
export interface Life<T extends KubeObject> {
  /** `namespace/name` */
  readonly key: string;
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  /** It was there when the recording began. */
  readonly listed: boolean;
  readonly versions: Version<T>[];
  /** The event by which deletion began: a deletionTimestamp, or the removal itself. */
  deleting?: Version<T>;
  gone?: Version<T>;
}

/** All objects of one kind in the log, by uid and by name. Events must be added in the order of resourceVersion. */
export class Lives<T extends KubeObject> {
  readonly all: Life<T>[] = [];
  /** Lives that began while an older one of the same name had not ended. */
  readonly overlapping: Life<T>[] = [];
  readonly #byName = new Map<string, Life<T>[]>();
  readonly #byUid = new Map<string, Life<T>>();

  add(event: WatchEvent): void {
    const object = event.object as T;
    const { uid, name, namespace = '', resourceVersion, deletionTimestamp } = object.metadata;
    const version: Version<T> = { rv: Number(resourceVersion), at: event.at, object };
    const life = this.#byUid.get(uid) ?? this.#begin(uid, namespace, name, event.listed === true);
    const last = life.versions.at(-1);
    if (last !== undefined && last.rv >= version.rv && event.type !== 'DELETED') return;
    if (event.type === 'DELETED') {
      life.deleting ??= version;
      life.gone ??= version;
      if (last === undefined) life.versions.push(version);
      return;
    }
    if (deletionTimestamp !== undefined) life.deleting ??= version;
    life.versions.push(version);
  }

  byUid(uid: string): Life<T> | undefined {
    return this.#byUid.get(uid);
  }

  /** All lives of a name, oldest first. */
  named(key: string): readonly Life<T>[] {
    return this.#byName.get(key) ?? [];
  }

  /** The object of that name just before the event `rv`. */
  alive(key: string, rv: number): Life<T> | undefined {
    return this.named(key).findLast((life) => bornAt(life) < rv && (life.gone === undefined || life.gone.rv >= rv));
  }

  /** Everything in a namespace that exists just before the event `rv`. */
  existing(namespace: string, rv: number): readonly Life<T>[] {
    return this.all.filter(
      (life) => life.namespace === namespace && bornAt(life) < rv && (life.gone === undefined || life.gone.rv >= rv),
    );
  }

  #begin(uid: string, namespace: string, name: string, listed: boolean): Life<T> {
    const key = `${namespace}/${name}`;
    const life: Life<T> = { key, namespace, name, uid, listed, versions: [] };
    const earlier = this.#byName.get(key) ?? [];
    const former = earlier.at(-1);
    if (former !== undefined && former.gone === undefined) this.overlapping.push(life);
    this.#byName.set(key, [...earlier, life]);
    this.#byUid.set(uid, life);
    this.all.push(life);
    return life;
  }
}

function bornAt<T extends KubeObject>(life: Life<T>): number {
  return life.versions[0]?.rv ?? Infinity;
}

/** The version in force just before the event `rv`. */
export function versionBefore<T extends KubeObject>(life: Life<T>, rv: number): Version<T> | undefined {
  return life.versions.findLast((version) => version.rv < rv);
}
