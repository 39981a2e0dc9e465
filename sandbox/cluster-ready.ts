import { unless, type KubeApi } from './kube-api.ts';
import { newNode } from './nodes.ts';
import { waitUntil } from './processes/wait-until.ts';

/**
 * Creates nodes node-0, node-1, ...; those that exist stay as they are. A Lease left by an earlier KWOK goes: the new
 * one would wait for it to run out, and answer for no pod until then.
 */
export async function createNodes(api: KubeApi, count: number): Promise<void> {
  await Promise.all(
    Array.from({ length: count }, async (_, index) => {
      await unless(
        404,
        api.call('DELETE', `/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/node-${index}`),
      );
      await unless(409, api.call('POST', '/api/v1/nodes', newNode(index)));
    }),
  );
}

/** Resolves when pods can be created and will be scheduled. */
export async function clusterIsUsable(api: KubeApi, nodes: number): Promise<void> {
  await waitUntil('all nodes are Ready and can be scheduled to', async () => {
    const { items } = await api.call<{ readonly items: readonly NodeView[] }>('GET', '/api/v1/nodes');
    return items.filter(isUsable).length >= nodes;
  });
  await waitUntil('the default service account exists', async () =>
    Boolean(await api.call('GET', '/api/v1/namespaces/default/serviceaccounts/default')),
  );
}

interface NodeView {
  readonly spec: { readonly taints?: readonly { readonly key: string }[] };
  readonly status: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
}

function isUsable({ spec, status }: NodeView): boolean {
  const ready = status.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True');
  return ready === true && !spec.taints?.some(({ key }) => key.startsWith('node.kubernetes.io/'));
}
