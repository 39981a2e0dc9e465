import { installName } from '../../install/objects.ts';
import type { KubeClient } from '../../kube/client.ts';
import { type KubeObject, pods } from '../../kube/resources.ts';
import { installedKinds } from './kinds.ts';
import { waitUntil } from './wait-until.ts';

type Deployment = KubeObject & {
  readonly spec: { readonly replicas?: number };
  readonly status?: {
    readonly observedGeneration?: number;
    readonly updatedReplicas?: number;
    readonly availableReplicas?: number;
    readonly replicas?: number;
  };
};

const readyWithinMs = 120_000;

/** Waits until all workers are available at the newest template; else says what their containers wait for. */
export async function workersReady(client: KubeClient, namespace: string): Promise<void> {
  const deployments = installedKinds.find(({ plural }) => plural === 'deployments');
  if (deployments === undefined) return;
  const look = async () => {
    const { metadata, spec, status } = (await client.get(deployments, namespace, installName)) as Deployment;
    const wanted = spec.replicas ?? 1;
    const counts = [status?.updatedReplicas, status?.availableReplicas, status?.replicas].map((count) => count ?? 0);
    return (
      ((status?.observedGeneration ?? 0) >= (metadata.generation ?? 0) && counts.every((count) => count === wanted)) ||
      undefined
    );
  };
  await waitUntil(look, readyWithinMs, async () => {
    const { items } = await client.list(pods, namespace, { labelSelector: `app.kubernetes.io/name=${installName}` });
    const waits = items.flatMap(({ metadata, status }) =>
      (status?.containerStatuses ?? []).flatMap(({ state }) =>
        state?.waiting === undefined
          ? []
          : [`${metadata.name}: ${state.waiting.reason ?? ''} ${state.waiting.message ?? ''}`],
      ),
    );
    return `the workers are not ready after ${readyWithinMs / 1_000} s; see kubectl get pods -n ${namespace}\n${waits.join('\n')}`;
  });
}
