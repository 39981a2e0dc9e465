import type { KubeClient } from '../kube/client.ts';
import { isAlreadyExists, isNotFound } from '../kube/errors.ts';
import { type KubeObject, namespaces, setsOf } from '../kube/resources.ts';
import type { SetKey } from '../model/objects.ts';
import { pause } from './retrying.ts';

/** How long a controller of sets may take to look at a new one, in ms; Kubernetes' own takes some 50 when it has nothing else to do. */
const patienceMs = 3_000;
const everyMs = 100;
const prefix = 'ordinal-probe-';
/** Whom the API server names as the writer of what we write. */
const ourselves = 'ordinal';

interface ManagedField {
  readonly manager?: string;
  readonly subresource?: string;
}

/**
 * Makes sure that nobody else runs the sets of `apps/v1`, before we do: two controllers would undo each other's work. A set without
 * replicas in our own namespace is made and removed again; a controller that writes its status is told by its name.
 *
 * Rejects with an `Error` that says who it is and what to do. Says nothing of a controller that is down at this moment.
 */
export async function probeNativeSets(client: KubeClient, namespace: string, signal: AbortSignal): Promise<void> {
  const sets = setsOf('apps/v1');
  const name = `${prefix}${Math.random().toString(36).slice(2, 10)}`;
  const { uid } = (await createProbe(client, namespace, name, signal)).metadata;
  try {
    for (const deadline = Date.now() + patienceMs; Date.now() < deadline; await pause(everyMs, signal)) {
      signal.throwIfAborted();
      const other = writerOf(await client.get(sets, namespace, name, { signal }));
      if (other === undefined) continue;
      throw new Error(
        `the StatefulSets of apps/v1 are run by ${other}: start kube-controller-manager with --controllers=*,-statefulset-controller, or serve only our own resource with --resource ordinal.dev/v1 (--no-probe skips this check)`,
      );
    }
  } finally {
    await client.remove(sets, namespace, name, { uid }).catch(() => undefined);
  }
}

/** Is it the set of a probe, which no worker is to serve? */
export function isProbe({ flavour, namespace, name }: SetKey, probeNamespace: string): boolean {
  return flavour === 'apps/v1' && namespace === probeNamespace && name.startsWith(prefix);
}

function writerOf({ metadata }: KubeObject): string | undefined {
  const { managedFields = [] } = metadata as { readonly managedFields?: readonly ManagedField[] };
  return managedFields.find(({ manager, subresource }) => subresource === 'status' && manager !== ourselves)?.manager;
}

function probe(name: string) {
  const labels = { 'ordinal.dev/probe': name };
  const containers = [{ name: 'none', image: 'none' }];
  const spec = {
    replicas: 0,
    selector: { matchLabels: labels },
    template: { metadata: { labels }, spec: { containers } },
  };
  return { metadata: { name, labels }, spec };
}

/** Creates it, and the namespace where there is none: an installed worker finds one, and may not create any. */
async function createProbe(
  client: KubeClient,
  namespace: string,
  name: string,
  signal: AbortSignal,
): Promise<KubeObject> {
  const create = () => client.create(setsOf('apps/v1'), namespace, probe(name), { signal });
  try {
    return await create();
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
  await client.create(namespaces, undefined, { metadata: { name: namespace } }, { signal }).catch((error: unknown) => {
    if (!isAlreadyExists(error)) throw error;
  });
  return create();
}
