import type { KubeClient } from '../../kube/client.ts';
import { setsOf } from '../../kube/resources.ts';
import { orderedDeletionFinalizer } from '../../model/annotations.ts';
import type { SetFlavour } from '../../model/objects.ts';
import { unlessGone } from './installed.ts';
import { servedSets } from './served-sets.ts';

const flavours: readonly SetFlavour[] = ['ordinal.dev/v1', 'apps/v1'];

/** Takes our finalizer off every set, of either API: without a worker nobody else does, and the set could never go. Answers their names. */
export async function releaseSets(client: KubeClient, dryRun: boolean): Promise<readonly string[]> {
  const released: string[] = [];
  for (const flavour of flavours) {
    const resource = setsOf(flavour);
    for (const { metadata } of await servedSets(client, flavour)) {
      if (metadata.finalizers?.includes(orderedDeletionFinalizer) !== true) continue;
      const { namespace, name, uid, resourceVersion } = metadata;
      const finalizers = metadata.finalizers.filter((each) => each !== orderedDeletionFinalizer);
      const body = { metadata: { uid, resourceVersion, finalizers } };
      await client.patch(resource, namespace, name, body, 'merge', { dryRun }).catch(unlessGone);
      released.push(`${resource.plural}.${resource.group}/${name} in ${namespace}`);
    }
  }
  return released;
}
