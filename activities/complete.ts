import { isConflict, isNotFound } from '../kube/errors.ts';
import { removeFinalizer } from '../kube/remove-finalizer.ts';
import { setsOf } from '../kube/resources.ts';
import type { CompleteInput } from '../workflows/messages.ts';
import type { Dependencies } from './dependencies.ts';
import { cancellation, heartbeating } from './heartbeat.ts';
import { keyOf } from './set-key.ts';

/**
 * Writes down that an operation has reached its end: the update revision becomes the current one (SS-98), or a deleted set without pods
 * is let go. Looks again first: on a set that has moved on, nothing is written.
 */
export function completeOperation(dependencies: Dependencies, input: CompleteInput): Promise<void> {
  const { cache, client, planner } = dependencies;
  const key = keyOf(dependencies, input.set);
  const signal = cancellation();
  const resource = setsOf(key.flavour);
  return heartbeating(`complete ${input.operation} of ${key.namespace}/${key.name}`, async () => {
    await cache.waitSeen(input.seen, signal, key);
    for (;;) {
      const fresh = await client.find(resource, key.namespace, key.name, { signal });
      if (fresh === undefined || fresh.metadata.uid !== input.set.uid) return;
      cache.observe('sets', fresh);
      const look = planner.look(key);
      if (look === undefined) return;
      try {
        if (input.operation === 'deletion') {
          if (fresh.metadata.deletionTimestamp === undefined || look.plan.steps.length > 0) return;
          await removeFinalizer(client, key, fresh, { signal });
          return;
        }
        if (!look.plan.promote || look.plan.revisions.update !== input.revision) return;
        const { counts } = look.plan;
        const status = {
          ...fresh.status,
          replicas: Math.max(fresh.status?.replicas ?? 0, fresh.status?.updatedReplicas ?? counts.updated),
          currentRevision: input.revision,
          updateRevision: input.revision,
          currentReplicas: fresh.status?.updatedReplicas ?? counts.updated,
        };
        cache.observe(
          'sets',
          await client.replaceStatus(resource, key.namespace, key.name, { ...fresh, status }, { signal }),
        );
        return;
      } catch (error) {
        if (isNotFound(error)) return;
        if (!isConflict(error)) throw error;
      }
    }
  });
}
