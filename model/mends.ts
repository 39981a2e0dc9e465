import { claimName, hasIdentity } from './identity.ts';
import type { Claim, ClusterView, OwnerReference, Pod } from './objects.ts';
import { claimOwnership } from './retention.ts';
import type { Slot, Slots } from './slots.ts';

/** A claim whose owner references do not follow the retention policy (SS-39). */
export interface ClaimMend {
  readonly claim: Claim;
  readonly ownerReferences: readonly OwnerReference[];
}

/** Whether a healthy replica needs its labels or its claims' owner references put right (SS-28, SS-39, SS-44). */
export function mends(view: ClusterView, slot: Slot): boolean {
  if (slot.pod === undefined) return false;
  return !hasIdentity(view.set, slot.pod) || claimMends(view, slot.pod, slot.ordinal, false).length > 0;
}

/** Whether a pod that is Pending cannot go on because a claim of its ordinal is not there (SS-38). */
export function lacksClaims(view: ClusterView, { pod, ordinal }: Slot): boolean {
  if (pod === undefined || (pod.status?.phase ?? 'Pending') !== 'Pending') return false;
  const templates = view.set.spec.volumeClaimTemplates ?? [];
  return templates.some((template) => view.claims?.has(claimName(template, view.set, ordinal)) === false);
}

export function claimMends(view: ClusterView, pod: Pod, ordinal: number, condemned: boolean): ClaimMend[] {
  const found: ClaimMend[] = [];
  for (const claim of claimsOf(view, ordinal)) {
    const ownership = claimOwnership({ set: view.set, pod, claim, condemned });
    if (ownership !== 'ok' && ownership.patchOwnerReferences !== undefined) {
      found.push({ claim, ownerReferences: ownership.patchOwnerReferences });
    }
  }
  return found;
}

/**
 * Claims that another controller owns, so that the retention policy has no power over them, as a text each (SS-42). Empty where nothing
 * is ever deleted.
 */
export function conflictingClaims(view: ClusterView, { replicas, condemned }: Slots): readonly string[] {
  const { whenDeleted = 'Retain', whenScaled = 'Retain' } = view.set.spec.persistentVolumeClaimRetentionPolicy ?? {};
  if (whenDeleted === 'Retain' && whenScaled === 'Retain') return [];
  const found: string[] = [];
  for (const [slots, isCondemned] of [[replicas, false] as const, [condemned, true] as const]) {
    for (const { pod, ordinal } of slots) {
      if (pod === undefined) continue;
      for (const claim of claimsOf(view, ordinal)) {
        const ownership = claimOwnership({ set: view.set, pod, claim, condemned: isCondemned });
        if (ownership === 'ok' || ownership.conflicting === undefined) continue;
        const { kind, name } = ownership.conflicting;
        found.push(
          `PersistentVolumeClaim ${claim.metadata.name} is controlled by ${kind} ${name}: the retention policy is ignored for this claim`,
        );
      }
    }
  }
  return found;
}

/** The existing claims of one ordinal. */
function claimsOf(view: ClusterView, ordinal: number): Claim[] {
  const found: Claim[] = [];
  for (const template of view.set.spec.volumeClaimTemplates ?? []) {
    const claim = view.claims?.get(claimName(template, view.set, ordinal));
    if (claim !== undefined) found.push(claim);
  }
  return found;
}
