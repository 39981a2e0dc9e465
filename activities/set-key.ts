import { ApplicationFailure } from '@temporalio/common';
import type { SetKey } from '../model/objects.ts';
import type { SetRef } from '../workflows/messages.ts';
import type { Dependencies } from './dependencies.ts';

/** The key of a set of this worker's own cluster. Throws when the work belongs to another cluster: nothing may be touched then. */
export function keyOf({ cluster }: Pick<Dependencies, 'cluster'>, set: SetRef): SetKey {
  if (set.cluster !== cluster) {
    throw ApplicationFailure.nonRetryable(
      `set ${set.namespace}/${set.name} is of cluster ${set.cluster}, this worker serves ${cluster}: start it with that cluster's KUBECONFIG`,
      'WrongCluster',
    );
  }
  return { flavour: set.flavour, namespace: set.namespace, name: set.name };
}
