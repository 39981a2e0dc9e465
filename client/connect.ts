import { existsSync } from 'node:fs';
import { delimiter } from 'node:path';
import { KubeConfig } from '@kubernetes/client-node';
import { KubeClient } from '../kube/client.ts';
import { Transport } from '../kube/transport.ts';
import { OrdinalError } from './errors.ts';

export interface ClusterOptions {
  /** Default: KUBECONFIG, `~/.kube/config`, the pod's service account, in this order. */
  readonly kubeconfigPath?: string;
  /** Default: the kubeconfig's current context. */
  readonly context?: string;
  /** A configuration that is loaded already; `kubeconfigPath` is then not used. */
  readonly kubeConfig?: KubeConfig;
}

/** A cluster, and the namespace that its context stands for. */
export interface Cluster {
  readonly kube: KubeClient;
  readonly namespace: string;
}

/** Opens no connection yet. Throws `OrdinalError` when there is no such context, or no kubeconfig that can be read. */
export function openCluster(options: ClusterOptions = {}): Cluster {
  const config = options.kubeConfig ?? loaded(options.kubeconfigPath);
  if (options.context !== undefined) {
    if (config.getContextObject(options.context) === null) {
      const known = config.getContexts().map(({ name }) => name);
      const has = known.join(', ') || 'none';
      throw new OrdinalError('Configuration', `the kubeconfig has no context ${options.context}; it has: ${has}`);
    }
    config.setCurrentContext(options.context);
  }
  const namespace = config.getContextObject(config.currentContext)?.namespace;
  return {
    kube: new KubeClient(new Transport(config, { attempts: 4 })),
    namespace: namespace === undefined || namespace === '' ? 'default' : namespace,
  };
}

function loaded(path: string | undefined): KubeConfig {
  const config = new KubeConfig();
  try {
    if (path !== undefined) config.loadFromFile(path);
    else if (!loadListed(config)) config.loadFromDefault();
    return config;
  } catch (error) {
    const which = path ?? process.env['KUBECONFIG'] ?? '~/.kube/config';
    const why = error instanceof Error ? error.message : String(error);
    throw new OrdinalError('Configuration', `cannot read the kubeconfig ${which}: ${why}`, error);
  }
}

/** What KUBECONFIG lists, without the files that are missing: kubectl passes over them, too. Says whether there was any. */
function loadListed(config: KubeConfig): boolean {
  const listed = (process.env['KUBECONFIG'] ?? '').split(delimiter);
  const [first, ...others] = listed.filter((file) => file !== '' && existsSync(file));
  if (first === undefined) return false;
  config.loadFromFile(first);
  for (const file of others) {
    const other = new KubeConfig();
    other.loadFromFile(file);
    config.mergeConfig(other);
  }
  return true;
}
