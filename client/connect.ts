import { KubeConfig } from '@kubernetes/client-node';
import { KubeClient } from '../kube/client.ts';
import { Transport } from '../kube/transport.ts';

export interface ClusterOptions {
  /** Default: KUBECONFIG, `~/.kube/config`, the pod's service account, in this order. */
  readonly kubeconfigPath?: string;
  /** Default: the kubeconfig's current context. */
  readonly context?: string;
}

/** A cluster, and the namespace that its context stands for. */
export interface Cluster {
  readonly kube: KubeClient;
  readonly namespace: string;
}

/** Opens no connection yet. Throws when there is no such context, or no kubeconfig that can be read. */
export function openCluster(options: ClusterOptions = {}): Cluster {
  const config = new KubeConfig();
  load(config, options.kubeconfigPath);
  if (options.context !== undefined) {
    if (config.getContextObject(options.context) === null) {
      const known = config.getContexts().map(({ name }) => name);
      throw new Error(`the kubeconfig has no context ${options.context}; it has: ${known.join(', ') || 'none'}`);
    }
    config.setCurrentContext(options.context);
  }
  const namespace = config.getContextObject(config.currentContext)?.namespace;
  return {
    kube: new KubeClient(new Transport(config, { attempts: 4 })),
    namespace: namespace === undefined || namespace === '' ? 'default' : namespace,
  };
}

function load(config: KubeConfig, path: string | undefined): void {
  try {
    if (path === undefined) config.loadFromDefault();
    else config.loadFromFile(path);
  } catch (error) {
    const which = path ?? process.env['KUBECONFIG'] ?? '~/.kube/config';
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(`cannot read the kubeconfig ${which}: ${why}`, { cause: error });
  }
}
