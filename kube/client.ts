import { KubeError, isExpired } from './errors.ts';
import {
  apiVersionOf,
  collectionPath,
  named,
  namespaces,
  objectPath,
  type KubeObject,
  type Resource,
} from './resources.ts';
import type { Query, RequestOptions, Transport } from './transport.ts';

/** Options of every call: `signal` aborts it, `attempts` says how often it is made at most. */
export type CallOptions = RequestOptions;

export interface ListOptions<T> extends CallOptions {
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  /** What to keep of each object, applied to a page before the next is read: a long list is never held whole. Default: all. */
  readonly project?: (object: T) => T;
}

export interface ObjectList<T> {
  readonly items: readonly T[];
  /** The whole list is a snapshot of this version. */
  readonly resourceVersion: string;
}

export interface WriteOptions extends CallOptions {
  readonly dryRun?: boolean;
  /** Default `ordinal`. */
  readonly fieldManager?: string;
  /** What the server does about unknown or duplicate fields. Default: as the server does, `Warn`. */
  readonly fieldValidation?: 'Ignore' | 'Warn' | 'Strict';
}

export type PatchType = 'merge' | 'apply';

export interface PatchOptions extends WriteOptions {
  readonly subresource?: string;
  /** Only for `apply`: take the fields of other managers. */
  readonly force?: boolean;
}

export interface RemoveOptions extends CallOptions {
  /** Precondition: only the object with this uid. */
  readonly uid?: string;
  /** Precondition: only the object at this version. */
  readonly resourceVersion?: string;
  readonly propagationPolicy?: 'Background' | 'Foreground' | 'Orphan';
  readonly dryRun?: boolean;
}

export interface WatchOptions {
  readonly resourceVersion: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  readonly timeoutSeconds?: number;
  readonly signal?: AbortSignal;
  /** Called for every piece of the stream, also for parts of an event, and once when the server has accepted. */
  readonly onBytes?: () => void;
}

export type WatchEvent<T> =
  | { readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'; readonly object: T }
  | { readonly type: 'BOOKMARK'; readonly object: { readonly metadata: { readonly resourceVersion: string } } }
  | {
      readonly type: 'ERROR';
      readonly object: { readonly code?: number; readonly reason?: string; readonly message?: string };
    };

/** An object to write: raw JSON; apiVersion and kind are filled in when they are missing. */
export type Writable =
  { readonly metadata: WritableMeta } | { readonly metadata: WritableMeta; readonly [field: string]: unknown };

interface NewName {
  readonly name?: string;
  readonly generateName?: string;
}

type WritableMeta = NewName | (NewName & { readonly [field: string]: unknown });

export interface ServerVersion {
  readonly major: string;
  readonly minor: string;
  readonly gitVersion: string;
}

const contentTypes: Readonly<Record<PatchType, string>> = {
  merge: 'application/merge-patch+json',
  apply: 'application/apply-patch+yaml',
};

/** Objects a page of a list. */
const pageSize = 500;

/**
 * Raw JSON calls. Every method rejects with `KubeError` (the server said no), `UnreachableError` (no answer), or the signal's reason.
 *
 * Calls whose repetition is harmless are repeated after an unclear failure: reads, creates with a name, replaces, patches, deletes
 * with a uid. So a create may end in AlreadyExists, a replace in Conflict and a delete in NotFound although it was this very call
 * that succeeded: callers read and compare.
 */
export class KubeClient {
  readonly transport: Transport;

  constructor(transport: Transport) {
    this.transport = transport;
  }

  get<T extends KubeObject>(
    resource: Resource<T>,
    namespace: string | undefined,
    name: string,
    options: CallOptions = {},
  ): Promise<T> {
    const path = objectPath(resource, namespace, name);
    return this.transport.request<T>(
      { verb: 'get', method: 'GET', path, resource: resource.plural, repeatable: true },
      options,
    );
  }

  /** The object, or undefined when there is none. */
  async find<T extends KubeObject>(
    resource: Resource<T>,
    namespace: string | undefined,
    name: string,
    options: CallOptions = {},
  ): Promise<T | undefined> {
    try {
      return await this.get(resource, namespace, name, options);
    } catch (error) {
      if (error instanceof KubeError && error.status === 404) return undefined;
      throw error;
    }
  }

  /** A consistent list of all pages; in all namespaces when none is given. */
  async list<T extends KubeObject>(
    resource: Resource<T>,
    namespace?: string,
    options: ListOptions<T> = {},
  ): Promise<ObjectList<T>> {
    try {
      return await this.#pages(resource, namespace, options, pageSize);
    } catch (error) {
      if (!isExpired(error)) throw error;
      // The continue token outlived etcd's compaction: one unpaged list cannot.
      return this.#pages(resource, namespace, options, undefined);
    }
  }

  create<T extends KubeObject>(
    resource: Resource<T>,
    namespace: string | undefined,
    body: Writable,
    options: WriteOptions = {},
  ): Promise<T> {
    return this.transport.request<T>(
      {
        verb: 'create',
        method: 'POST',
        path: collectionPath(resource, namespace),
        resource: resource.plural,
        query: writeQuery(options),
        body: whole(resource, body),
        serialize: resource.serialize,
        repeatable: body.metadata.name !== undefined || options.dryRun === true,
      },
      options,
    );
  }

  /** Writes the whole object; guarded when its metadata carries a resourceVersion. */
  replace<T extends KubeObject>(
    resource: Resource<T>,
    namespace: string | undefined,
    name: string,
    body: Writable,
    options: WriteOptions = {},
  ): Promise<T> {
    return this.#put(resource, objectPath(resource, namespace, name), body, options);
  }

  /** Writes the status subresource only. */
  replaceStatus<T extends KubeObject>(
    resource: Resource<T>,
    namespace: string | undefined,
    name: string,
    body: Writable,
    options: WriteOptions = {},
  ): Promise<T> {
    return this.#put(resource, objectPath(resource, namespace, name, 'status'), body, options);
  }

  /** `body` is a partial object. */
  patch<T extends KubeObject>(
    resource: Resource<T>,
    namespace: string | undefined,
    name: string,
    body: object,
    type: PatchType,
    options: PatchOptions = {},
  ): Promise<T> {
    return this.transport.request<T>(
      {
        verb: 'patch',
        method: 'PATCH',
        path: objectPath(resource, namespace, name, options.subresource),
        resource: resource.plural,
        query: {
          ...writeQuery(options),
          ...(type === 'apply' && { force: options.force === true ? 'true' : 'false' }),
        },
        body: type === 'apply' ? whole(resource, body) : body,
        contentType: contentTypes[type],
        repeatable: true,
      },
      options,
    );
  }

  /**
   * Deletes one object. Resolves with the object while it still goes (finalizers, grace period), with undefined when it is gone at once
   * and the server said no more than that.
   */
  async remove<T extends KubeObject>(
    resource: Resource<T>,
    namespace: string | undefined,
    name: string,
    options: RemoveOptions = {},
  ): Promise<T | undefined> {
    const { uid, resourceVersion, propagationPolicy, dryRun } = options;
    const answer = await this.transport.request<T>(
      {
        verb: 'delete',
        method: 'DELETE',
        path: objectPath(resource, namespace, name),
        resource: resource.plural,
        body: {
          kind: 'DeleteOptions',
          apiVersion: 'v1',
          ...((uid !== undefined || resourceVersion !== undefined) && { preconditions: { uid, resourceVersion } }),
          propagationPolicy,
          ...(dryRun === true && { dryRun: ['All'] }),
        },
        repeatable: uid !== undefined,
      },
      options,
    );
    return answer.kind === 'Status' ? undefined : answer;
  }

  /** Events after `resourceVersion`, until the server or the signal ends the stream. Never retried here. */
  watch<T extends KubeObject>(
    resource: Resource<T>,
    namespace: string | undefined,
    options: WatchOptions,
  ): AsyncIterable<WatchEvent<T>> {
    const { signal, onBytes, resourceVersion, labelSelector, fieldSelector, timeoutSeconds } = options;
    return this.transport.stream<WatchEvent<T>>(
      {
        verb: 'watch',
        method: 'GET',
        path: collectionPath(resource, namespace),
        resource: resource.plural,
        query: {
          watch: 'true',
          allowWatchBookmarks: 'true',
          resourceVersion,
          labelSelector,
          fieldSelector,
          timeoutSeconds: timeoutSeconds?.toString(),
        },
        repeatable: true,
      },
      { ...(signal && { signal }), ...(onBytes && { onBytes }) },
    );
  }

  serverVersion(options: CallOptions = {}): Promise<ServerVersion> {
    return this.transport.request<ServerVersion>(
      { verb: 'get', method: 'GET', path: '/version', resource: 'version', repeatable: true },
      options,
    );
  }

  /** What tells clusters apart: the uid of the namespace kube-system. */
  async clusterId(options: CallOptions = {}): Promise<string> {
    return (await this.get(namespaces, undefined, 'kube-system', options)).metadata.uid;
  }

  #put<T extends KubeObject>(resource: Resource<T>, path: string, body: Writable, options: WriteOptions): Promise<T> {
    return this.transport.request<T>(
      {
        verb: 'update',
        method: 'PUT',
        path,
        resource: resource.plural,
        query: writeQuery(options),
        body: whole(resource, body),
        serialize: resource.serialize,
        repeatable: true,
      },
      options,
    );
  }

  async #pages<T extends KubeObject>(
    resource: Resource<T>,
    namespace: string | undefined,
    options: ListOptions<T>,
    limit: number | undefined,
  ): Promise<ObjectList<T>> {
    const { project = (object) => object } = options;
    const items: T[] = [];
    let continuation: string | undefined;
    for (;;) {
      const page = await this.transport.request<ListPage<T>>(
        {
          verb: 'list',
          method: 'GET',
          path: collectionPath(resource, namespace),
          resource: resource.plural,
          query: {
            labelSelector: options.labelSelector,
            fieldSelector: options.fieldSelector,
            limit: limit?.toString(),
            continue: continuation,
          },
          repeatable: true,
        },
        options,
      );
      for (const item of page.items ?? []) items.push(project(named(resource, item)));
      continuation = page.metadata.continue;
      if (continuation === undefined || continuation === '') {
        return { items, resourceVersion: page.metadata.resourceVersion };
      }
    }
  }
}

interface ListPage<T> {
  readonly metadata: { readonly resourceVersion: string; readonly continue?: string };
  readonly items?: readonly T[] | null;
}

function writeQuery(options: WriteOptions): Query {
  return {
    fieldManager: options.fieldManager ?? 'ordinal',
    dryRun: options.dryRun === true ? 'All' : undefined,
    fieldValidation: options.fieldValidation,
  };
}

function whole(resource: Resource, body: object): object {
  return { apiVersion: apiVersionOf(resource), kind: resource.kind, ...body };
}
