import type { KubeClient } from '../../kube/client.ts';
import { isNotFound } from '../../kube/errors.ts';
import { setsOf } from '../../kube/resources.ts';
import type { SetFlavour, StatefulSet } from '../../model/objects.ts';

/** Every set of an API; none where the cluster does not serve it. */
export async function servedSets(client: KubeClient, flavour: SetFlavour): Promise<readonly StatefulSet[]> {
  try {
    return (await client.list(setsOf(flavour))).items;
  } catch (error) {
    if (isNotFound(error)) return [];
    throw error;
  }
}
