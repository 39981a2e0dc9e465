import { isConflict, isNotFound } from '../kube/errors.ts';
import { pods, setsOf } from '../kube/resources.ts';
import { claimMends } from '../model/mends.ts';
import type { Pod, SetKey } from '../model/objects.ts';
import type { Seen } from '../workflows/messages.ts';
import type { ActResult } from './act-result.ts';
import type { Dependencies } from './dependencies.ts';
import { mendClaims } from './mend-pod.ts';
import type { Look } from './planner.ts';
import { refusal } from './refusal.ts';
import { slowStart } from './slow-start.ts';

/** The pod of an ordinal is to go: because another is to take its place (`delete`), or for good (`remove`). */
export interface Removal {
  readonly ordinal: number;
  readonly act: 'delete' | 'remove';
}

/**
 * Deletes pods, highest first.
 *
 * The set is read afresh first, and the plan is made again with it; nothing is deleted that it does not name now. It is asked once for all
 * of them, so that two that the budget allows go down together (SS-78). Each call carries the uid and the version of the pod that the plan
 * was made with: one that anybody has touched since is refused by the API server, and read afresh. Answers in the order of `removals`,
 * which need not be that of the calls.
 */
export async function deletePods(
  dependencies: Dependencies,
  key: SetKey,
  removals: readonly Removal[],
): Promise<ActResult[]> {
  const { cache, client, planner } = dependencies;
  const superseded = removals.map((): ActResult => ({ kind: 'superseded' }));
  const before = planner.look(key)?.view.set;
  if (before === undefined) return superseded;
  const set = await client.find(setsOf(key.flavour), key.namespace, key.name);
  if (set?.metadata.uid !== before.metadata.uid) return superseded;
  cache.observe('sets', set);
  const look = planner.look(key);
  if (look === undefined) return superseded;
  const { replicas, condemned } = look.plan.slots;
  const podOf = new Map([...replicas, ...condemned].map(({ ordinal, pod }) => [ordinal, pod]));
  const due = removals.flatMap((removal, index) => {
    const pod = podOf.get(removal.ordinal);
    return pod !== undefined && look.plan.acts.get(removal.ordinal) === removal.act ? [{ ...removal, pod, index }] : [];
  });
  due.sort((a, b) => b.ordinal - a.ordinal);
  const inOrder = look.plan.desired.management === 'OrderedReady';
  const results = inOrder
    ? await oneByOne(due, (removal) => deletePod(dependencies, key, look, removal))
    : await slowStart(due, (removal) => deletePod(dependencies, key, look, removal));
  for (const [index, result] of results.entries()) superseded[due[index]?.index ?? 0] = result;
  return superseded;
}

/** Goes on to the next only when the last has had its way. */
async function oneByOne<Item>(items: readonly Item[], work: (item: Item) => Promise<ActResult>): Promise<ActResult[]> {
  const results: ActResult[] = [];
  for (const item of items) {
    const result = await work(item);
    results.push(result);
    if (result.kind !== 'done') break;
  }
  return results;
}

async function deletePod(
  { cache, client, events }: Dependencies,
  key: SetKey,
  { view }: Look,
  { ordinal, act, pod }: Removal & { readonly pod: Pod },
): Promise<ActResult> {
  const { set } = view;
  const { name, uid, resourceVersion } = pod.metadata;
  let wrote: Seen = {};
  try {
    // A deleted set leaves its claims to whenDeleted; scaling is what whenScaled is about (SS-39). An ordinal that stays keeps its claims,
    // also where a scale-in that was taken back had given them to the pod already.
    if (set.metadata.deletionTimestamp === undefined)
      wrote = await mendClaims({ cache, client }, key, claimMends(view, pod, ordinal, act === 'remove'));
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
    if (isNotFound(error)) {
      // The view has not heard of it: where its watch is silent, that takes long.
      cache.reconnect();
      return { kind: 'superseded' };
    }
    if (isConflict(error)) {
      const now = await client.find(pods, key.namespace, name);
      if (now !== undefined) cache.observe('pods', now);
      return { kind: 'superseded' };
    }
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
