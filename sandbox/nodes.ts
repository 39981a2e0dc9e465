import { KubeApiError, openKubeApi, type KubeApi, type KubeObject } from './kube-api.ts';

/** A node with this label has a simulated kubelet; without it, nobody answers for the node. */
export const kubeletLabel = 'sandbox.ordinal.dev/kubelet';

const outOfService = 'node.kubernetes.io/out-of-service';

/** Anything that knows where the cluster is: a `Sandbox`, or what is recorded of a running one. */
export interface NodeTarget {
  readonly kubeconfig: string;
}

interface Taint {
  readonly key: string;
  readonly value?: string;
  readonly effect: string;
}

interface Node extends KubeObject {
  readonly spec: { readonly taints?: readonly Taint[] };
}

/**
 * Stops the simulated kubelet of a node, as a power cut would: no heartbeat, and its pods no longer react, so that one
 * deleted there stays Terminating. Kubernetes notices after the grace period (some 12 s) and sets the node's Ready
 * condition to Unknown; this does not wait for it.
 */
export async function killNode(target: NodeTarget, node: string): Promise<void> {
  await withApi(target, (api) => api.call('PATCH', nodePath(node), { metadata: { labels: { [kubeletLabel]: null } } }));
}

/** Starts the kubelet again and takes the out-of-service taint off; pods deleted meanwhile end then. */
export async function reviveNode(target: NodeTarget, node: string): Promise<void> {
  await withApi(target, async (api) => {
    await setTaints(api, node, (taints) => taints.filter((taint) => taint.key !== outOfService));
    await api.call('PATCH', nodePath(node), { metadata: { labels: { [kubeletLabel]: 'running' } } });
  });
}

/**
 * Puts the taint `node.kubernetes.io/out-of-service=nodeshutdown:NoExecute` on a node: the word of a person that the
 * node is off for sure. Once Kubernetes also sees it as not ready, its pod garbage collector (every 20 s) removes its
 * terminating pods.
 */
export async function markOutOfService(target: NodeTarget, node: string): Promise<void> {
  await withApi(target, (api) =>
    setTaints(api, node, (taints) => [
      ...taints.filter((taint) => taint.key !== outOfService),
      { key: outOfService, value: 'nodeshutdown', effect: 'NoExecute' },
    ]),
  );
}

/** A node object with room for any number of pods, to be created. */
export function newNode(index: number): object {
  const name = `node-${index}`;
  const capacity = { cpu: '1k', memory: '16Ti', 'ephemeral-storage': '64Ti', pods: '50k' };
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name,
      labels: {
        'kubernetes.io/hostname': name,
        'kubernetes.io/os': 'linux',
        'kubernetes.io/arch': 'amd64',
        [kubeletLabel]: 'running',
      },
    },
    status: {
      capacity,
      allocatable: capacity,
      addresses: [
        { type: 'InternalIP', address: `10.63.${Math.floor(index / 250)}.${(index % 250) + 1}` },
        { type: 'Hostname', address: name },
      ],
      nodeInfo: {
        architecture: 'amd64',
        operatingSystem: 'linux',
        osImage: 'ordinal sandbox',
        kubeletVersion: 'sandbox',
        kubeProxyVersion: '',
        kernelVersion: '',
        containerRuntimeVersion: 'sandbox://1',
        machineID: '',
        systemUUID: '',
        bootID: '',
      },
    },
  };
}

async function setTaints(
  api: KubeApi,
  name: string,
  change: (taints: readonly Taint[]) => readonly Taint[],
): Promise<void> {
  for (let attempts = 5; ; attempts--) {
    const node = await api.call<Node>('GET', nodePath(name));
    const taints = change(node.spec.taints ?? []);
    const { resourceVersion } = node.metadata;
    try {
      // A merge patch replaces the whole list, hence the resourceVersion: another writer's taint must not be lost.
      await api.call('PATCH', nodePath(name), { metadata: { resourceVersion }, spec: { taints } });
      return;
    } catch (error) {
      if (attempts === 0 || !(error instanceof KubeApiError) || error.status !== 409) throw error;
    }
  }
}

async function withApi<T>(target: NodeTarget, use: (api: KubeApi) => Promise<T>): Promise<T> {
  const api = openKubeApi(target.kubeconfig);
  try {
    return await use(api);
  } finally {
    await api.close();
  }
}

function nodePath(node: string): string {
  return `/api/v1/nodes/${encodeURIComponent(node)}`;
}
