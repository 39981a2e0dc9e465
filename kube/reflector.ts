import type { KubeClient } from './client.ts';
import type { KubeObject, Resource } from './resources.ts';

/** Where a reflector puts what it reads; a `Store` is one. */
export interface ReflectorSink<T> {
  replace(items: readonly T[], resourceVersion: string): void;
  apply(event: { readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'; readonly object: T }): void;
  bookmark(resourceVersion: string): void;
}

export interface ReflectorProblem {
  /** `handler`: the sink threw; `stalled`: a watch fell silent; `missing`: the kind is not served (told once). */
  readonly during: 'list' | 'watch' | 'handler' | 'stalled' | 'missing';
  readonly resource: Resource;
  readonly error: unknown;
}

export interface ReflectorOptions<T extends KubeObject> {
  readonly client: KubeClient;
  readonly resource: Resource<T>;
  /** Default: all namespaces. */
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  readonly sink: ReflectorSink<T>;
  /** What to keep of each object, applied on receipt. Must keep name, namespace, uid and resourceVersion. Default: all. */
  readonly project?: (object: T) => T;
  /** Time between lists, in ms, give or take 10 %. Default 30 min. */
  readonly relistMs?: number;
  /** Length of a watch, in s, give or take 10 %. Default 300. */
  readonly watchSeconds?: number;
  /** Silence after which a watch is taken for dead, in ms; servers send a bookmark about every minute. Default 90 000. */
  readonly stallMs?: number;
  /** Most time between two attempts, in ms. Default 2000. */
  readonly maxBackoffMs?: number;
  readonly pageSize?: number;
  readonly onProblem?: (problem: ReflectorProblem) => void;
}

/** Keeps a sink equal to one kind on the server, for as long as it runs, whatever happens to server, network or sink. */
export class Reflector<T extends KubeObject> {
  readonly resource: Resource<T>;
  /** Resolves after the first list, or when the kind turned out not to be served. */
  readonly synced: Promise<void>;

  constructor(options: ReflectorOptions<T>) {
    this.resource = options.resource;
    this.synced = Promise.resolve();
  }

  /** The last version seen; `0` before the first list. */
  get resourceVersion(): string {
    return '0';
  }

  /** Whether the server does not serve the kind (now). */
  get missing(): boolean {
    return false;
  }

  /** Time since the server was last heard of, in ms: any event, bookmark, or successful answer. */
  staleness(): number {
    return 0;
  }

  start(): void {}

  async stop(): Promise<void> {}

  /** Ends the watch and makes another from the last version: cheap, and cures one that has silently died. */
  reconnect(): void {}

  /** Resolves after a list that began after the call. Callers at the same time share one. */
  relist(_signal?: AbortSignal): Promise<void> {
    return Promise.resolve();
  }
}
