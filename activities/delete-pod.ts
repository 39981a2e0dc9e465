import { isConflict, isNotFound } from '../kube/errors.ts';
import { pods, setsOf } from '../kube/resources.ts';
import { controllerOf, podName } from '../model/identity.ts';
import { claimMends } from '../model/mends.ts';
import type { SetKey } from '../model/objects.ts';
import type { Seen } from '../workflows/messages.ts';
import type { ActResult } from './act-result.ts';
import type { Dependencies } from './dependencies.ts';
import { mendClaims } from './mend-pod.ts';
import { refusal } from './refusal.ts';

/**
 * Deletes the pod of an ordinal: because another is to take its place (`delete`), or for good (`remove`).
 *
 * The set and the pod are read afresh first, and the plan is made again with them; nothing is deleted that it does not name now. The call
 * carries the uid and the version of the pod that was read.
 */
export async function deletePod(
  { cache, client, planner, events }: Dependencies,
  key: SetKey,
  ordinal: number,
  act: 'delete' | 'remove',
): Promise<ActResult> {
  const before = planner.look(key);
  if (before === undefined) return { kind: 'superseded' };
  const name = podName(before.view.set, ordinal);
  const [set, pod] = await Promise.all([
    client.find(setsOf(key.flavour), key.namespace, key.name),
    client.find(pods, key.namespace, name),
  ]);
  if (set === undefined || pod === undefined || set.metadata.uid !== before.view.set.metadata.uid)
    return { kind: 'superseded' };
  cache.observe('sets', set);
  cache.observe('pods', pod);
  const look = planner.look(key);
  if (look?.plan.acts.get(ordinal) !== act) return { kind: 'superseded' };
  const { uid, resourceVersion } = pod.metadata;
  if (controllerOf(pod.metadata)?.uid !== set.metadata.uid) return { kind: 'superseded' };
  let wrote: Seen = {};
  try {
    if (act === 'remove') {
      wrote = await mendClaims({ cache, client }, key, claimMends(look.view, pod, ordinal, true));
    }
    const removed = await client.remove(pods, key.namespace, name, { uid, resourceVersion });
    if (removed !== undefined) cache.observe('pods', removed);
    events.record(
      set,
      'Normal',
      'SuccessfulDelete',
      `delete Pod ${name} in StatefulSet ${set.metadata.name} successful`,
    );
    return {
      kind: 'done',
      wrote: removed === undefined ? wrote : { ...wrote, pods: removed.metadata.resourceVersion },
    };
  } catch (error) {
    if (isConflict(error) || isNotFound(error)) return { kind: 'superseded' };
    const refused = refusal(
      error,
      ordinal,
      name,
      `delete Pod ${name} in StatefulSet ${set.metadata.name} failed error`,
    );
    if (refused.kind === 'refused') events.record(set, 'Warning', 'FailedDelete', refused.waiting.message);
    return refused;
  }
}
