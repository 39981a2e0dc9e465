import { claimName, hasIdentity } from './identity.ts';
import type { Claim, ClusterView, OwnerReference, Pod } from './objects.ts';
import { claimOwnership } from './retention.ts';
import type { Slot } from './slots.ts';

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

/** The existing claims of one ordinal. */
function claimsOf(view: ClusterView, ordinal: number): Claim[] {
  const found: Claim[] = [];
  for (const template of view.set.spec.volumeClaimTemplates ?? []) {
    const claim = view.claims.get(claimName(template, view.set, ordinal));
    if (claim !== undefined) found.push(claim);
  }
  return found;
}
