import { setTimeout as sleep } from 'node:timers/promises';
import { StatusError, type Connection } from './connection.ts';
import type { KubeObject, WatchEvent } from './objects.ts';

interface List {
  readonly kind: string;
  readonly apiVersion: string;
  readonly metadata: { readonly resourceVersion: string };
  readonly items: readonly KubeObject[];
}

interface Line {
  readonly type: WatchEvent['type'] | 'BOOKMARK' | 'ERROR';
  readonly object: KubeObject & { readonly code?: number };
}

export interface WatchHandlers {
  readonly onEvent: (event: WatchEvent) => void;
  readonly onGap: (gap: string) => void;
}

const retryMs = 100;

/** One kind, listed once and watched from there on. A kind that is not installed (404) counts as listed and empty, and is tried again. */
export class WatchStream {
  /** Resolves when the first list is in. */
  readonly listed: Promise<void>;
  readonly #connection: Connection;
  readonly #path: string;
  readonly #handlers: WatchHandlers;
  readonly #known = new Map<string, KubeObject>();
  readonly #left = new Set<string>();
  readonly #stopped = new AbortController();
  readonly #done: Promise<void>;
  #from: string | undefined;

  constructor(connection: Connection, path: string, handlers: WatchHandlers) {
    this.#connection = connection;
    this.#path = path;
    this.#handlers = handlers;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.listed = promise;
    this.#done = this.#run(resolve, reject);
  }

  /** Resolves when every object and every removal that a list shows now has been seen. */
  async settle(timeoutMs: number): Promise<void> {
    const deadline = Date.now() + timeoutMs;
    const list = await this.#list().catch((error: unknown) => {
      if (error instanceof StatusError && error.status === 404) return undefined;
      throw error;
    });
    const present = new Map(list?.items.map(({ metadata }) => [metadata.uid, Number(metadata.resourceVersion)]));
    const behind = (): boolean =>
      [...present].some(
        ([uid, rv]) => Number(this.#known.get(uid)?.metadata.resourceVersion ?? 0) < rv && !this.#left.has(uid),
      ) ||
      [...this.#known].some(
        ([uid, { metadata }]) =>
          !present.has(uid) && Number(metadata.resourceVersion) <= Number(list?.metadata.resourceVersion),
      );
    while (behind()) {
      if (Date.now() > deadline) throw new Error(`the watch of ${this.#path} is still behind after ${timeoutMs} ms`);
      await sleep(10);
    }
  }

  async stop(): Promise<void> {
    this.#stopped.abort();
    await this.#done;
  }

  async #run(onListed: () => void, onFailed: (error: unknown) => void): Promise<void> {
    const { signal } = this.#stopped;
    let everListed = false;
    while (!signal.aborted) {
      try {
        if (this.#from === undefined) {
          this.#take(await this.#list(), everListed);
          everListed = true;
          onListed();
        }
        await this.#watch();
      } catch (error) {
        if (signal.aborted) return;
        const status = error instanceof StatusError ? error.status : undefined;
        if (status === 404) onListed();
        if (status === 401 || status === 403) {
          onFailed(error);
          if (everListed) this.#handlers.onGap(`${this.#path}: ${String(error)}`);
          return;
        }
        if (status === 410) this.#from = undefined;
        await sleep(retryMs, undefined, { signal }).catch(() => undefined);
      }
    }
  }

  async #list(): Promise<List> {
    const chunks: Uint8Array[] = [];
    for await (const chunk of await this.#connection.get(this.#path, this.#stopped.signal)) chunks.push(chunk);
    return JSON.parse(Buffer.concat(chunks).toString()) as List;
  }

  /** The items of a list carry neither kind nor apiVersion; the list does. */
  #take(list: List, again: boolean): void {
    const at = Date.now();
    const present = new Set(list.items.map(({ metadata }) => metadata.uid));
    if (again)
      this.#handlers.onGap(`${this.#path}: watch expired, made up from a list at ${list.metadata.resourceVersion}`);
    for (const [uid, object] of this.#known) {
      if (present.has(uid)) continue;
      const metadata = { ...object.metadata, resourceVersion: list.metadata.resourceVersion };
      this.#emit({ at, type: 'DELETED', object: { ...object, metadata } });
    }
    for (const item of list.items) {
      const former = this.#known.get(item.metadata.uid);
      if (former?.metadata.resourceVersion === item.metadata.resourceVersion) continue;
      const object = { ...item, kind: list.kind.replace(/List$/, ''), apiVersion: list.apiVersion };
      this.#emit({ at, type: former === undefined ? 'ADDED' : 'MODIFIED', listed: true, object });
    }
    this.#from = list.metadata.resourceVersion;
  }

  async #watch(): Promise<void> {
    const query = `watch=true&allowWatchBookmarks=true&resourceVersion=${this.#from}`;
    const decoder = new TextDecoder();
    let rest = '';
    for await (const chunk of await this.#connection.get(`${this.#path}?${query}`, this.#stopped.signal)) {
      const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
      rest = lines.pop() ?? '';
      const at = Date.now();
      for (const line of lines) if (line !== '') this.#onLine(at, JSON.parse(line) as Line);
    }
  }

  #onLine(at: number, { type, object }: Line): void {
    if (type === 'ERROR') throw new StatusError(this.#path, object.code ?? 500, JSON.stringify(object));
    this.#from = object.metadata.resourceVersion;
    if (type !== 'BOOKMARK') this.#emit({ at, type, object });
  }

  #emit(event: WatchEvent): void {
    const { uid } = event.object.metadata;
    if (event.type === 'DELETED') {
      this.#known.delete(uid);
      this.#left.add(uid);
    } else {
      this.#known.set(uid, event.object);
    }
    this.#handlers.onEvent(event);
  }
}
