import type { KubeClient } from '../kube/client.ts';
import { isConflict, isNotFound } from '../kube/errors.ts';
import { claims, pods, setsOf } from '../kube/resources.ts';
import { sleep } from '../kube/sleep.ts';
import { claimPods } from '../model/claimed.ts';
import { desiredOf } from '../model/desired.ts';
import { claimName, parsePodName, podName } from '../model/identity.ts';
import type { ClaimMend } from '../model/mends.ts';
import type { Claim, Pod, SetKey, StatefulSet } from '../model/objects.ts';
import { claimOwnership, isClaimTerminating } from '../model/retention.ts';
import { selectorString } from '../model/selector.ts';
import { ConflictError, OrdinalError, translate } from './errors.ts';

/** How long who serves the set may take to see a policy and to have the claims follow it, in ms; what is left then is done here. */
const servedWithinMs = 5_000;
/** When it is given up, in ms. */
const givenUpAfterMs = 60_000;
const everyMs = 100;

/**
 * Waits until the owner references of all claims of a set follow the policy that it has, and writes those that nobody else writes.
 *
 * The garbage collector goes by the references alone, and nobody mends them once their set is being deleted (SS-45): so this comes between a new policy
 * and the deletion. `set` is as the policy was written. Throws `OrdinalError`, which says that nothing is deleted.
 */
export async function settleClaims(kube: KubeClient, key: SetKey, set: StatefulSet): Promise<void> {
  const { namespace, name } = key;
  const { whenDeleted } = desiredOf(set);
  const subject = `StatefulSet ${namespace}/${name}`;
  if ((set.spec.volumeClaimTemplates ?? []).length === 0) return;
  try {
    for (const begun = Date.now(); ; await sleep(everyMs)) {
      const now = await kube.find(setsOf(key.flavour), namespace, name);
      if (now?.metadata.uid !== set.metadata.uid) return;
      if (desiredOf(now).whenDeleted !== whenDeleted) {
        throw new ConflictError(`${subject}: somebody else has changed its retention policy meanwhile`);
      }
      const left = await claimsToWrite(kube, key, now);
      const waited = Date.now() - begun;
      const isMine = waited > servedWithinMs || now.metadata.deletionTimestamp !== undefined;
      // Who has not seen the policy yet would put the former references back.
      if (left.length === 0 && (isMine || isSeen(now, set))) return;
      if (waited > givenUpAfterMs) {
        const names = left.map(({ claim }) => claim.metadata.name).join(', ');
        throw new OrdinalError('Timeout', `${subject}: the owner references of ${names} do not follow its policy`);
      }
      if (isMine) for (const each of left) await write(kube, key, each);
    }
  } catch (error) {
    const told = translate(error, `the claims of ${subject}`);
    if (told instanceof OrdinalError) {
      told.message += `; the set is not deleted, its policy is whenDeleted: ${whenDeleted} now`;
    }
    throw told;
  }
}

function isSeen({ status }: StatefulSet, { metadata }: StatefulSet): boolean {
  return (status?.observedGeneration ?? 0) >= (metadata.generation ?? 0);
}

async function claimsToWrite(kube: KubeClient, key: SetKey, set: StatefulSet): Promise<readonly ClaimMend[]> {
  const labelSelector = selectorString(set.spec.selector);
  const [podList, claimList] = await Promise.all([
    kube.list(pods, key.namespace, { labelSelector }),
    kube.list(claims, key.namespace),
  ]);
  return wrongClaims(set, podList.items, claimList.items);
}

/**
 * The claims of a set whose owner references do not follow its policy, with those that do: of all its pods, whatever state they are in, and of
 * the ordinals that are to have one. A claim that an ordinal of former times has left is kept where claims are to be kept; else it is as it is.
 */
export function wrongClaims(set: StatefulSet, found: readonly Pod[], all: readonly Claim[]): readonly ClaimMend[] {
  const own = new Map(claimPods({ set, pods: found }).claimed.map((pod) => [pod.metadata.name, pod]));
  const { start, replicas, whenDeleted } = desiredOf(set);
  return all.flatMap((claim): ClaimMend[] => {
    const ordinal = ordinalOf(set, claim);
    if (ordinal === undefined || isClaimTerminating(claim)) return [];
    const pod = own.get(podName(set, ordinal));
    const isTooMany = ordinal < start || ordinal >= start + replicas;
    if (pod === undefined && isTooMany && whenDeleted === 'Delete') return [];
    const condemned = pod !== undefined && isTooMany;
    const ownership = claimOwnership({ set, pod: pod ?? absent(set, ordinal), claim, condemned });
    const { patchOwnerReferences } = ownership === 'ok' ? {} : ownership;
    return patchOwnerReferences === undefined ? [] : [{ claim, ownerReferences: patchOwnerReferences }];
  });
}

function ordinalOf(set: StatefulSet, { metadata }: Claim): number | undefined {
  const ordinal = parsePodName(metadata.name)?.ordinal ?? -1;
  if (ordinal < 0) return undefined;
  const templates = set.spec.volumeClaimTemplates ?? [];
  return templates.some((template) => claimName(template, set, ordinal) === metadata.name) ? ordinal : undefined;
}

/** Stands for a pod that is not there: whatever reference a claim has to one of its name is a former one's. */
function absent(set: StatefulSet, ordinal: number): Pod {
  return { metadata: { name: podName(set, ordinal), uid: '', resourceVersion: '' }, spec: {} };
}

async function write(kube: KubeClient, { namespace }: SetKey, { claim, ownerReferences }: ClaimMend): Promise<void> {
  const { name, uid, resourceVersion } = claim.metadata;
  try {
    await kube.patch(claims, namespace, name, { metadata: { uid, resourceVersion, ownerReferences } }, 'merge');
  } catch (error) {
    // Somebody else was faster, or it is gone: looked at again.
    if (!isConflict(error) && !isNotFound(error)) throw error;
  }
}
