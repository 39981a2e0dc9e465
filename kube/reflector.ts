import { backoff } from './backoff.ts';
import type { KubeClient, WatchEvent } from './client.ts';
import { KubeError, isExpired, isNotFound } from './errors.ts';
import type { KubeObject, Resource } from './resources.ts';
import { sleep } from './sleep.ts';

/** Where a reflector puts what it reads; a `Store` is one. */
interface ReflectorSink<T> {
  replace(items: readonly T[], resourceVersion: string): void;
  apply(event: { readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'; readonly object: T }): void;
  bookmark(resourceVersion: string): void;
}

export interface ReflectorProblem {
  /** `handler`: the sink or a listener threw; `stalled`: a watch fell silent; `missing`: the kind is not served (told once). */
  readonly during: 'list' | 'watch' | 'handler' | 'stalled' | 'missing';
  readonly resource: Resource;
  readonly error: unknown;
}

export interface ReflectorTiming {
  /** Time between lists, in ms, give or take 10 %. Default 30 min. */
  readonly relistMs?: number;
  /** Length of a watch, in s, give or take 10 %. Default 30: a watch that has fallen silent is found out by not ending. */
  readonly watchSeconds?: number;
  /** Silence after which a watch is taken for dead, in ms: more than the length of a watch. Default 40 000. */
  readonly stallMs?: number;
  /** Most time between two attempts, in ms. Default 2000; five times that while the kind is missing. */
  readonly maxBackoffMs?: number;
}

export interface ReflectorOptions<T extends KubeObject> extends ReflectorTiming {
  readonly client: KubeClient;
  readonly resource: Resource<T>;
  /** Default: all namespaces. */
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  readonly sink: ReflectorSink<T>;
  /** What to keep of each object, applied on receipt. Must keep name, namespace, uid and resourceVersion. Default: all. */
  readonly project?: (object: T) => T;
  readonly onProblem?: (problem: ReflectorProblem) => void;
}

/** Why a watch or a pause was cut short. */
type Cut = 'relist' | 'reconnect' | 'stalled';

/** A watch younger than this is not made anew on request, nor again at once when it ends by itself, in ms. */
const youngMs = 1_000;

/** Keeps a sink equal to one kind on the server, for as long as it runs, whatever happens to server, network or sink. */
export class Reflector<T extends KubeObject> {
  readonly resource: Resource<T>;
  /** Resolves after the first list, or when the kind turned out not to be served. */
  readonly synced: Promise<void>;
  readonly #options: ReflectorOptions<T> & Required<ReflectorTiming>;
  readonly #stopping = new AbortController();
  #markSynced: () => void = () => {};
  #done: Promise<void> | undefined;
  #cut: AbortController | undefined;
  #watching = false;
  #watchBegan = 0;
  #relistAt = 0;
  #waiters: (() => void)[] = [];
  #resourceVersion = '0';
  #missing = false;
  #lastContact = performance.now();

  constructor(options: ReflectorOptions<T>) {
    this.resource = options.resource;
    this.#options = { relistMs: 30 * 60_000, watchSeconds: 30, stallMs: 40_000, maxBackoffMs: 2_000, ...options };
    this.synced = new Promise((resolve) => (this.#markSynced = resolve));
  }

  /** The last version seen; `0` before the first list. */
  get resourceVersion(): string {
    return this.#resourceVersion;
  }

  /**
   * Time since the server was last heard of, in ms: any event, bookmark, or successful answer. Up to about a minute is no sign of
   * trouble: a quiet kind only has its bookmarks.
   */
  staleness(): number {
    return performance.now() - this.#lastContact;
  }

  start(): void {
    this.#done ??= this.#run();
  }

  /** Resolves when the last call has ended. A stopped reflector is not started again. */
  async stop(): Promise<void> {
    this.#stopping.abort(new Error('stopped'));
    await this.#done;
  }

  /** Ends the watch and makes another from the last version, unless it is new: cheap, and cures one that has silently died. */
  reconnect(): void {
    if (this.#watching && performance.now() - this.#watchBegan >= youngMs) this.#cut?.abort('reconnect' satisfies Cut);
  }

  /** Resolves after a list that began after the call. Callers at the same time share one. */
  relist(signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const waiter = (): void => {
        signal?.removeEventListener('abort', abort);
        resolve();
      };
      const abort = (): void => {
        this.#waiters = this.#waiters.filter((each) => each !== waiter);
        reject(signal?.reason as Error);
      };
      if (signal?.aborted === true) {
        abort();
        return;
      }
      signal?.addEventListener('abort', abort, { once: true });
      this.#waiters.push(waiter);
      // Who is not the first finds the list already asked for: many callers must not shorten the pauses of an outage.
      if (this.#waiters.length === 1) this.#cut?.abort('relist' satisfies Cut);
    });
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    for (let failures = 0; !signal.aborted;) {
      try {
        await this.#list(signal);
        failures = (await this.#watchUntilRelist(signal)) ? 0 : failures + 1;
        if (failures > 0) await this.#pause(backoff(failures, 50, this.#options.maxBackoffMs));
      } catch (error) {
        if (signal.aborted) return;
        const cap = this.#listFailed(error);
        failures += 1;
        await this.#pause(backoff(failures, 50, cap));
      }
    }
  }

  async #list(signal: AbortSignal): Promise<void> {
    const { client, resource, namespace, labelSelector, fieldSelector, project, sink } = this.#options;
    const waiters = this.#waiters;
    this.#waiters = [];
    try {
      const list = await client.list(resource, namespace, {
        signal,
        attempts: 1,
        ...(labelSelector !== undefined && { labelSelector }),
        ...(fieldSelector !== undefined && { fieldSelector }),
        ...(project !== undefined && { project }),
      });
      this.#contact();
      this.#missing = false;
      this.#resourceVersion = list.resourceVersion;
      this.#relistAt = performance.now() + this.#jitter(this.#options.relistMs);
      this.#contained(() => sink.replace(list.items, list.resourceVersion));
    } catch (error) {
      this.#waiters.unshift(...waiters);
      throw error;
    }
    this.#markSynced();
    for (const resolve of waiters) resolve();
  }

  /** Tells of the failure; returns the most to wait, in ms. */
  #listFailed(error: unknown): number {
    const { maxBackoffMs } = this.#options;
    if (!isNotFound(error)) {
      this.#report('list', error);
      return maxBackoffMs;
    }
    this.#contact();
    if (!this.#missing) this.#report('missing', error);
    this.#missing = true;
    this.#markSynced();
    return maxBackoffMs * 5;
  }

  /** Says whether the watch was of any use: a server that refuses each version it has just given must not be asked in a tight loop. */
  async #watchUntilRelist(signal: AbortSignal): Promise<boolean> {
    const listed = this.#resourceVersion;
    const useful = (began: number): boolean => this.#resourceVersion !== listed || performance.now() - began > youngMs;
    for (let failures = 0; !signal.aborted && this.#waiters.length === 0 && performance.now() < this.#relistAt;) {
      const began = performance.now();
      const cut = new AbortController();
      this.#cut = cut;
      this.#watchBegan = began;
      this.#watching = true;
      const timers = this.#watchTimers(cut);
      try {
        const events = await this.#watch(AbortSignal.any([signal, cut.signal]), timers.heard);
        failures = events > 0 || performance.now() - began > youngMs ? 0 : failures + 1;
      } catch (error) {
        if (signal.aborted || cut.signal.reason === 'relist') return true;
        if (cut.signal.reason === 'reconnect') continue;
        if (cut.signal.reason === 'stalled') {
          this.#report('stalled', new Error(`nothing was heard for ${this.#options.stallMs} ms`));
          continue;
        }
        this.#report('watch', error);
        if (isExpired(error) || isNotFound(error)) return useful(began);
        failures += 1;
      } finally {
        timers.clear();
        this.#watching = false;
        this.#cut = undefined;
      }
      // Repeated failure may be the version's fault: a list finds out.
      if (failures > 5) return false;
      if (failures > 0) await this.#pause(backoff(failures, 50, this.#options.maxBackoffMs));
    }
    return true;
  }

  /** Ends the watch when it is silent for too long or the next list is due. */
  #watchTimers(cut: AbortController): { readonly heard: () => void; readonly clear: () => void } {
    const { stallMs } = this.#options;
    let heardAt = performance.now();
    const check = (): void => {
      const left = stallMs - (performance.now() - heardAt);
      if (left <= 0) cut.abort('stalled' satisfies Cut);
      else stall = setTimeout(check, left);
    };
    let stall = setTimeout(check, stallMs);
    const due = setTimeout(() => cut.abort('relist' satisfies Cut), Math.max(0, this.#relistAt - performance.now()));
    return {
      heard: () => {
        heardAt = performance.now();
        this.#contact();
      },
      clear: () => {
        clearTimeout(stall);
        clearTimeout(due);
      },
    };
  }

  async #watch(signal: AbortSignal, heard: () => void): Promise<number> {
    const { client, resource, namespace, labelSelector, fieldSelector, watchSeconds } = this.#options;
    let events = 0;
    const stream = client.watch(resource, namespace, {
      signal,
      onBytes: heard,
      resourceVersion: this.#resourceVersion,
      timeoutSeconds: Math.round(this.#jitter(watchSeconds)),
      ...(labelSelector !== undefined && { labelSelector }),
      ...(fieldSelector !== undefined && { fieldSelector }),
    });
    for await (const event of stream) {
      this.#take(event);
      events += 1;
    }
    return events;
  }

  #take(event: WatchEvent<T>): void {
    const { sink, project } = this.#options;
    if (event.type === 'ERROR') {
      const { code = 500, reason = 'InternalError', message = 'the watch was ended by the server' } = event.object;
      const request = { verb: 'watch', path: this.resource.plural };
      throw new KubeError({ status: code, reason, message, request });
    }
    this.#resourceVersion = event.object.metadata.resourceVersion;
    this.#contained(() => {
      if (event.type === 'BOOKMARK') sink.bookmark(event.object.metadata.resourceVersion);
      else sink.apply(project ? { type: event.type, object: project(event.object) } : event);
    });
  }

  async #pause(ms: number): Promise<void> {
    const cut = new AbortController();
    this.#cut = cut;
    // Cut short or not: what comes next is the same.
    await sleep(ms, AbortSignal.any([this.#stopping.signal, cut.signal])).catch(() => {});
    this.#cut = undefined;
  }

  #contact(): void {
    this.#lastContact = performance.now();
  }

  #contained(act: () => void): void {
    try {
      act();
    } catch (error) {
      this.#report('handler', error);
    }
  }

  #report(during: ReflectorProblem['during'], error: unknown): void {
    try {
      this.#options.onProblem?.({ during, resource: this.resource, error });
    } catch {
      // Whoever listens to problems cannot be told of his own.
    }
  }

  #jitter(value: number): number {
    return value * (0.9 + Math.random() * 0.2);
  }
}
