import type { KubeClient } from '../kube/client.ts';
import { isForbidden, isNotFound } from '../kube/errors.ts';
import { setsOf } from '../kube/resources.ts';
import { nameOf, oneOf, setFlavours } from './arguments.ts';
import type { SetFlavour, SetKey, StatefulSet } from '../model/objects.ts';
import type { ClusterOptions } from './connect.ts';
import { translate, translating } from './errors.ts';
import { StatefulSetHandle } from './set-handle.ts';
import { openTemporal, type Temporal, type TemporalConnection, type TemporalOptions } from './temporal.ts';

/** Which cluster, which Temporal, and who asks. */
export interface ConnectOptions extends TemporalOptions, ClusterOptions {
  /**
   * A connection to the API server that is there already; the options that say where it is are then not used.
   *
   * @internal
   */
  readonly kube?: KubeClient;
  /** A connection to Temporal that is there already. Default: by the environment, and only when something needs it. */
  readonly temporal?: TemporalConnection;
  /** Who asks, written to every set that is changed. Default: nobody. */
  readonly requestedBy?: string;
}

/**
 * The sets of one cluster.
 *
 * @example
 * ```ts
 * import { OrdinalClient } from 'ordinal-k8s/client';
 *
 * const ordinal = await OrdinalClient.connect();
 * const rollout = await ordinal.statefulSet('shop', 'web').rollout({ image: 'nginx:1.29' });
 * const { outcome } = await rollout.result({ timeoutMs: 600_000 });
 * console.log(outcome);
 * await ordinal.close();
 * ```
 */
export class OrdinalClient {
  /** @internal */
  readonly kube: KubeClient;
  /** The namespace of the kubeconfig's context, `default` without one. */
  readonly namespace: string;
  /** @internal */
  readonly temporal: Temporal;
  /** Who asks, unless a request says otherwise. */
  readonly requestedBy: string | undefined;
  #cluster: Promise<string> | undefined;

  private constructor(kube: KubeClient, namespace: string, options: ConnectOptions) {
    this.kube = kube;
    this.namespace = namespace;
    this.temporal = openTemporal(options, options.temporal);
    this.requestedBy = options.requestedBy;
  }

  /** Reads the kubeconfig; connects to nothing yet. Throws `OrdinalError` when there is no such file or context. */
  static async connect(options: ConnectOptions = {}): Promise<OrdinalClient> {
    if (options.kube !== undefined) return new OrdinalClient(options.kube, 'default', options);
    const { openCluster } = await import('./connect.ts');
    const { kube, namespace } = openCluster(options);
    return new OrdinalClient(kube, namespace, options);
  }

  /**
   * A handle; nothing is asked yet. Without a flavour: our own resource where a set of the name exists, else the native one. Throws `InvalidError` for a
   * name that is missing, or an API that there is not.
   */
  statefulSet(namespace: string, name: string, options: { readonly flavour?: SetFlavour } = {}): StatefulSetHandle {
    nameOf('namespace', namespace);
    nameOf('name', name);
    checkedFlavour(options.flavour);
    return new StatefulSetHandle(this, { namespace, name, ...(options.flavour && { flavour: options.flavour }) });
  }

  /** The sets of both APIs, or of one; in all namespaces when none is given. An API that is not served has none. */
  async list(
    options: { readonly namespace?: string; readonly flavour?: SetFlavour } = {},
  ): Promise<readonly StatefulSet[]> {
    checkedFlavour(options.flavour);
    const flavours: readonly SetFlavour[] = options.flavour ? [options.flavour] : ['ordinal.dev/v1', 'apps/v1'];
    const lists = await Promise.all(
      flavours.map((flavour) =>
        this.kube.list(setsOf(flavour), options.namespace).catch((error: unknown) => {
          if (isNotFound(error)) return { items: [] };
          throw translate(error, 'list of StatefulSets');
        }),
      ),
    );
    return lists.flatMap(({ items }) => items);
  }

  /** As `list`, now and after every change, until the signal is aborted. */
  async *watch(
    options: { readonly namespace?: string; readonly flavour?: SetFlavour; readonly signal?: AbortSignal } = {},
  ): AsyncGenerator<readonly StatefulSet[], void, undefined> {
    const { followSets } = await import('./follow-sets.ts');
    const { flavour, namespace, signal } = options;
    checkedFlavour(flavour);
    yield* followSets(this.kube, {
      flavours: flavour ? [flavour] : ['ordinal.dev/v1', 'apps/v1'],
      ...(namespace !== undefined && { namespace }),
      ...(signal && { signal }),
    });
  }

  /** The set of the name, ours before the native one; undefined when there is none. Throws `OrdinalError`. */
  async find(key: Omit<SetKey, 'flavour'> & { readonly flavour?: SetFlavour }): Promise<FoundSet | undefined> {
    const { namespace, name } = key;
    const get = (flavour: SetFlavour) =>
      translating(`StatefulSet ${namespace}/${name}`, () => this.kube.find(setsOf(flavour), namespace, name));
    if (key.flavour !== undefined) {
      const set = await get(key.flavour);
      return set && { key: { namespace, name, flavour: key.flavour }, set };
    }
    const [own, native] = await Promise.allSettled([
      this.kube.find(setsOf('ordinal.dev/v1'), namespace, name),
      get('apps/v1'),
    ]);
    if (own.status === 'fulfilled' && own.value !== undefined) {
      return { key: { namespace, name, flavour: 'ordinal.dev/v1' }, set: own.value };
    }
    // Who may not read our resource may still have native sets.
    if (own.status === 'rejected' && !isForbidden(own.reason))
      throw translate(own.reason, `StatefulSet ${namespace}/${name}`);
    if (native.status === 'rejected') throw native.reason;
    return native.value && { key: { namespace, name, flavour: 'apps/v1' }, set: native.value };
  }

  /** What tells clusters apart: the uid of the namespace kube-system. */
  clusterId(): Promise<string> {
    return (this.#cluster ??= translating('Namespace kube-system', () => this.kube.clusterId()));
  }

  /** Closes what was opened. */
  async close(): Promise<void> {
    await Promise.all([this.kube.transport.close(), this.temporal.close()]);
  }
}

function checkedFlavour(flavour: SetFlavour | undefined): void {
  if (flavour !== undefined) oneOf('flavour', flavour, setFlavours);
}

/** A set, and which one of a name it is. */
export interface FoundSet {
  readonly key: SetKey;
  readonly set: StatefulSet;
}
