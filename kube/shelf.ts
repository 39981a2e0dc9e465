import { Reflector, type ReflectorOptions } from './reflector.ts';
import { isNewer } from './resource-version.ts';
import type { KubeObject } from './resources.ts';
import { sleep } from './sleep.ts';
import { Store, type StoreOptions } from './store.ts';

export type ShelfOptions<T extends KubeObject> = Omit<ReflectorOptions<T>, 'sink'> & Pick<StoreOptions<T>, 'indexes'>;

interface Waiter {
  readonly version: string;
  readonly resolve: () => void;
}

/** A store with the reflector that fills it: one kind in one namespace, or in all. */
export class Shelf<T extends KubeObject> {
  readonly namespace: string | undefined;
  readonly store: Store<T>;
  readonly reflector: Reflector<T>;
  readonly #project: (object: T) => T;
  readonly #waiters = new Set<Waiter>();

  constructor({ indexes, ...options }: ShelfOptions<T>) {
    this.namespace = options.namespace;
    this.#project = options.project ?? ((object) => object);
    this.store = new Store<T>({
      ...(indexes && { indexes }),
      onListenerError: (error) => options.onProblem?.({ during: 'handler', resource: options.resource, error }),
    });
    const { store } = this;
    this.reflector = new Reflector<T>({
      ...options,
      sink: {
        replace: (items, version) => {
          store.replace(items, version);
          this.#advanced();
        },
        apply: (event) => {
          store.apply(event);
          this.#advanced();
        },
        bookmark: (version) => {
          store.bookmark(version);
          this.#advanced();
        },
      },
    });
  }

  /** Takes in the reply to a write of ours; says whether it was news. */
  observe(object: T): boolean {
    return this.store.observe(this.#project(object));
  }

  covers(namespace: string | undefined): boolean {
    return this.namespace === undefined || namespace === undefined || this.namespace === namespace;
  }

  /**
   * Resolves when the watch has reached this version, or when a list that began after the call has been taken in: a list is consistent, so
   * it holds all that was written before. After `patienceMs` the watch is made anew, after twice that the kind is listed.
   */
  async seen(version: string, signal: AbortSignal, patienceMs: number): Promise<void> {
    signal.throwIfAborted();
    if (!isNewer(version, this.store.resourceVersion)) return;
    const ending = new AbortController();
    const either = AbortSignal.any([signal, ending.signal]);
    let waiter: Waiter | undefined;
    const reached = new Promise<void>((resolve) => this.#waiters.add((waiter = { version, resolve })));
    try {
      await Promise.race([reached, this.#insist(either, patienceMs)]);
    } finally {
      if (waiter) this.#waiters.delete(waiter);
      ending.abort();
    }
  }

  async #insist(signal: AbortSignal, patienceMs: number): Promise<void> {
    await sleep(patienceMs, signal);
    this.reflector.reconnect();
    await sleep(patienceMs, signal);
    await this.reflector.relist(signal);
  }

  #advanced(): void {
    for (const waiter of this.#waiters) {
      if (isNewer(waiter.version, this.store.resourceVersion)) continue;
      this.#waiters.delete(waiter);
      waiter.resolve();
    }
  }
}
