import { ApplicationFailure } from '@temporalio/common';
import type { SetKey } from '../model/objects.ts';
import type { SetRef } from '../workflows/messages.ts';
import type { Dependencies } from './dependencies.ts';

type Scope = Pick<Dependencies, 'cluster' | 'flavours' | 'namespaces'>;

/** Whether a set of its cluster is of an API and of a namespace that a worker sees. */
export function isServed({ flavours, namespaces }: Omit<Scope, 'cluster'>, { flavour, namespace }: SetKey): boolean {
  return flavours.includes(flavour) && namespaces?.includes(namespace) !== false;
}

/**
 * The key of a set of this worker's own cluster. Throws when the work belongs to another cluster, or to an API that this worker does not
 * see: nothing may be touched then.
 */
export function keyOf({ cluster, flavours, namespaces }: Scope, set: SetRef): SetKey {
  if (set.cluster !== cluster) {
    throw ApplicationFailure.nonRetryable(
      `set ${set.namespace}/${set.name} is of cluster ${set.cluster}, this worker serves ${cluster}: start it with that cluster's KUBECONFIG`,
      'WrongCluster',
    );
  }
  if (!flavours.includes(set.flavour)) {
    throw ApplicationFailure.create({
      type: 'WrongResource',
      message: `set ${set.namespace}/${set.name} is of ${set.flavour}, this worker serves ${flavours.join(' and ')}: start all workers of a cluster with the same --resource`,
      nextRetryDelay: '1s',
    });
  }
  if (namespaces?.includes(set.namespace) === false) {
    throw ApplicationFailure.create({
      type: 'WrongNamespace',
      message: `set ${set.namespace}/${set.name}: this worker serves the namespaces ${namespaces.join(', ')}: start all workers of a cluster with the same --namespaces`,
      nextRetryDelay: '1s',
    });
  }
  return { flavour: set.flavour, namespace: set.namespace, name: set.name };
}
