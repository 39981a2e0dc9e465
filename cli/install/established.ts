import type { KubeClient } from '../../kube/client.ts';
import { customResourceDefinitions, type KubeObject } from '../../kube/resources.ts';
import { waitUntil } from './wait-until.ts';

type Definition = KubeObject & {
  readonly status?: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
};

/** How long a new kind may take until it is served, in ms. */
const establishedWithinMs = 30_000;

/** Waits until the API server serves a resource that it was told of. */
export async function established(client: KubeClient, name: string): Promise<void> {
  let told = '';
  const look = async () => {
    const { status }: Definition = await client.get(customResourceDefinitions, undefined, name);
    const conditions = status?.conditions ?? [];
    told = conditions.map(({ type, status }) => `${type}=${status}`).join(', ');
    return conditions.some(({ type, status }) => type === 'Established' && status === 'True') || undefined;
  };
  await waitUntil(
    look,
    establishedWithinMs,
    () => `${name} was applied but is not served: ${told}; see kubectl describe crd ${name}`,
  );
}
