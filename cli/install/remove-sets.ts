import type { KubeClient } from '../../kube/client.ts';
import { setsOf } from '../../kube/resources.ts';
import type { StatefulSet } from '../../model/objects.ts';
import { unlessGone } from './installed.ts';
import { waitUntil } from './wait-until.ts';

const resource = setsOf('ordinal.dev/v1');

/**
 * Removes every set of our own resource in the foreground, and resolves when all are gone, with their pods. It has to come before the definition
 * goes: Kubernetes' garbage collector learns of a new resource up to 30 s after its definition was made, and the pods of a resource that it never
 * learned of stay for ever.
 */
export async function removeSets(
  client: KubeClient,
  timeoutMs: number,
  list: () => Promise<readonly StatefulSet[]>,
): Promise<readonly string[]> {
  const sets = await list();
  for (const { metadata } of sets) {
    const { namespace, name, uid } = metadata;
    await client.remove(resource, namespace, name, { uid, propagationPolicy: 'Foreground' }).catch(unlessGone);
  }
  const isEmpty = async () => ((await list()).length === 0 ? true : undefined);
  await waitUntil(isEmpty, timeoutMs, async () => {
    const left = (await list()).map(
      ({ metadata }) => `${metadata.namespace}/${metadata.name} (${(metadata.finalizers ?? []).join(', ')})`,
    );
    return `sets are still being deleted, nothing else was removed; left, with what holds them: ${left.join('; ')}`;
  });
  return sets.map(({ metadata }) => `${resource.plural}.${resource.group}/${metadata.name} in ${metadata.namespace}`);
}
