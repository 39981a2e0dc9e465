import { orderedDeletionFinalizer } from '../model/annotations.ts';
import type { SetKey, StatefulSet } from '../model/objects.ts';
import type { CallOptions, KubeClient } from './client.ts';
import { setsOf } from './resources.ts';

/** Takes our finalizer from the set that was read; others stay. Rejects with a conflict when the set has changed since. */
export function removeFinalizer(
  client: KubeClient,
  key: SetKey,
  { metadata }: Pick<StatefulSet, 'metadata'>,
  options: CallOptions = {},
): Promise<StatefulSet> {
  const { uid, resourceVersion, finalizers = [] } = metadata;
  const body = {
    metadata: { uid, resourceVersion, finalizers: finalizers.filter((name) => name !== orderedDeletionFinalizer) },
  };
  return client.patch(setsOf(key.flavour), key.namespace, key.name, body, 'merge', options);
}
