import { KubeConfig } from '@kubernetes/client-node';
import { Transport, type TransportOptions } from './transport.ts';

export interface ConnectOptions extends TransportOptions {
  /** Default: KUBECONFIG, `~/.kube/config`, the pod's service account, in this order. */
  readonly kubeconfigPath?: string;
  /** Default: the kubeconfig's current context. */
  readonly context?: string;
}

/** Of a path, else as `ConnectOptions` has it. Throws when it cannot be read. */
export function loadKubeconfig(path: string | undefined): KubeConfig {
  const config = new KubeConfig();
  if (path === undefined) config.loadFromDefault();
  else config.loadFromFile(path);
  return config;
}

/** The transport to the cluster that the kubeconfig names. Opens no connection yet. Throws when there is no such context. */
export function connectCluster(options: ConnectOptions = {}): Transport {
  const { kubeconfigPath, context, ...rest } = options;
  const config = loadKubeconfig(kubeconfigPath);
  if (context !== undefined) {
    if (config.getContextObject(context) === null) {
      const known = config.getContexts().map((each) => each.name);
      throw new Error(`the kubeconfig has no context ${context}; it has: ${known.join(', ') || 'none'}`);
    }
    config.setCurrentContext(context);
  }
  return new Transport(config, rest);
}
