import { setOwnerReference } from './identity.ts';
import type { Claim, OwnerReference, Pod, StatefulSet } from './objects.ts';

/**
 * What the owners of a claim need (SS-39 to SS-42).
 *
 * `patchOwnerReferences` is the whole list to write. `conflicting` is a controller that is neither the set nor the pod: the set's policy
 * has no power over the claim, and a person should be told.
 */
export type ClaimOwnership =
  | 'ok'
  | { readonly patchOwnerReferences: readonly OwnerReference[]; readonly conflicting?: undefined }
  | { readonly conflicting: OwnerReference; readonly patchOwnerReferences?: readonly OwnerReference[] };

/** `condemned`: the pod's ordinal is outside of the set's window. */
export function claimOwnership(of: {
  readonly set: StatefulSet;
  readonly pod: Pod;
  readonly claim: Claim;
  readonly condemned: boolean;
}): ClaimOwnership {
  const { set, pod, claim, condemned } = of;
  const references = claim.metadata.ownerReferences ?? [];
  const ours = [setOwnerReference(set), podOwnerReference(pod)];
  const isOurs = (reference: OwnerReference) => ours.some((own) => namesSame(own, reference));
  const isStale = (reference: OwnerReference) => {
    return ours.some((own) => namesSame(own, reference) && own.uid !== reference.uid);
  };
  // The garbage collector is about to remove the claim (SS-41).
  if (references.some(isStale)) return 'ok';

  const { whenScaled = 'Retain', whenDeleted = 'Retain' } = set.spec.persistentVolumeClaimRetentionPolicy ?? {};
  const foreign = references.filter((reference) => !isOurs(reference));
  const conflicting =
    whenScaled === 'Retain' && whenDeleted === 'Retain'
      ? undefined
      : foreign.find((reference) => reference.controller === true);
  if (conflicting !== undefined) {
    return foreign.length === references.length ? { conflicting } : { conflicting, patchOwnerReferences: foreign };
  }

  const wanted: OwnerReference[] = [];
  if (whenScaled === 'Delete' && condemned) wanted.push(podOwnerReference(pod));
  else if (whenDeleted === 'Delete') wanted.push(setOwnerReference(set));
  const actual = references.filter(isOurs);
  const isUpToDate =
    actual.length === wanted.length &&
    wanted.every((want) => actual.some((own) => own.uid === want.uid && own.controller === true));
  return isUpToDate ? 'ok' : { patchOwnerReferences: [...foreign, ...wanted] };
}

/**
 * Does the claim still belong to a former pod of this name, so that the garbage collector may take it from under a new one? (SS-43)
 * Asked for a pod yet to be created, so any pod's reference is a former one's, and only when `whenScaled` is `Delete`.
 */
export function isStaleClaim(claim: Claim, podName: string): boolean {
  return (claim.metadata.ownerReferences ?? []).some(
    ({ apiVersion, kind, name }) => apiVersion === 'v1' && kind === 'Pod' && name === podName,
  );
}

/** A claim on its way out: no pod may be created on it (SS-36). */
export function isClaimTerminating(claim: Claim): boolean {
  return claim.metadata.deletionTimestamp !== undefined;
}

function podOwnerReference({ metadata: { name, uid } }: Pod): OwnerReference {
  return { apiVersion: 'v1', kind: 'Pod', name, uid, controller: true, blockOwnerDeletion: true };
}

function namesSame(a: OwnerReference, b: OwnerReference): boolean {
  return a.apiVersion === b.apiVersion && a.kind === b.kind && a.name === b.name;
}
