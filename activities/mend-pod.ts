import { isConflict, isNotFound } from '../kube/errors.ts';
import { claims, pods } from '../kube/resources.ts';
import { identityPatch, podName } from '../model/identity.ts';
import { type ClaimMend, claimMends, lacksClaims } from '../model/mends.ts';
import type { SetKey } from '../model/objects.ts';
import type { Seen } from '../workflows/messages.ts';
import { later } from '../workflows/seen.ts';
import type { ActResult } from './act-result.ts';
import type { Dependencies } from './dependencies.ts';
import { ensureClaims } from './ensure-claims.ts';
import type { Look } from './planner.ts';
import { refusal } from './refusal.ts';

/**
 * Puts the labels of a healthy pod and the owner references of the claims of any pod right, in place (SS-28, SS-39, SS-46); gives a pod
 * that is Pending the claims that it misses (SS-38).
 */
export async function mendPod(
  dependencies: Dependencies,
  key: SetKey,
  { view, plan }: Look,
  ordinal: number,
): Promise<ActResult> {
  const { cache, client, events } = dependencies;
  const name = podName(view.set, ordinal);
  const { replicas, condemned } = plan.slots;
  const replica = replicas.find((slot) => slot.ordinal === ordinal);
  const slot = replica ?? condemned.find((slot) => slot.ordinal === ordinal);
  const pod = slot?.pod;
  if (slot === undefined || pod === undefined) return { kind: 'superseded' };
  if (slot.state === 'starting' && lacksClaims(view, slot)) return ensureClaims(dependencies, key, view, ordinal);
  try {
    let wrote = await mendClaims(dependencies, key, claimMends(view, pod, ordinal, replica === undefined));
    const patch = slot.state === 'settled' ? identityPatch(view.set, pod) : undefined;
    if (patch !== undefined) {
      const { uid, resourceVersion } = pod.metadata;
      const body = { metadata: { ...patch.metadata, uid, resourceVersion } };
      const mended = await client.patch(pods, key.namespace, name, body, 'merge');
      cache.observe('pods', mended);
      wrote = later(wrote, { pods: mended.metadata.resourceVersion });
    }
    events.record(
      view.set,
      'Normal',
      'SuccessfulUpdate',
      `update Pod ${name} in StatefulSet ${view.set.metadata.name} successful`,
    );
    return { kind: 'done', wrote };
  } catch (error) {
    if (isConflict(error) || isNotFound(error)) return { kind: 'superseded' };
    return refusal(error, ordinal, name, `update Pod ${name} in StatefulSet ${view.set.metadata.name} failed error`);
  }
}

/** Writes the owner references that the retention policy asks for, each guarded by the version that was looked at. */
export async function mendClaims(
  { cache, client }: Pick<Dependencies, 'cache' | 'client'>,
  key: SetKey,
  mends: readonly ClaimMend[],
): Promise<Seen> {
  let wrote: Seen = {};
  for (const { claim, ownerReferences } of mends) {
    const { name, uid, resourceVersion } = claim.metadata;
    const body = { metadata: { uid, resourceVersion, ownerReferences } };
    const mended = await client.patch(claims, key.namespace, name, body, 'merge');
    cache.observe('claims', mended);
    wrote = later(wrote, { claims: mended.metadata.resourceVersion });
  }
  return wrote;
}
