import { isAdmissionDenied, isAdmissionUnavailable, isForbidden, KubeError } from '../kube/errors.ts';
import { claims, pods } from '../kube/resources.ts';
import type { Act } from '../model/acts.ts';
import { claimName, newClaim } from '../model/identity.ts';
import type { SetKey } from '../model/objects.ts';
import { isClaimTerminating } from '../model/retention.ts';
import { isRefused } from '../model/status-input.ts';
import { podOf } from './create-pod.ts';
import type { Dependencies } from './dependencies.ts';
import type { Look } from './planner.ts';

/**
 * Whether the API server would still refuse everything that may be done for a set whose last act it refused. Asked by dry runs: nothing
 * is changed and nobody is woken, so that a set that is refused for weeks costs no history. False where a dry run cannot tell; rejects
 * where the server does not answer.
 */
export async function isStillRefused(
  dependencies: Pick<Dependencies, 'client' | 'planner'>,
  key: SetKey,
): Promise<boolean> {
  const look = dependencies.planner.look(key);
  if (look === undefined || !isRefused(look.view.set) || look.chores.length > 0 || look.plan.promote) return false;
  let noneIsCreated = false;
  for (const [ordinal, act] of look.plan.acts) {
    if (act === 'create' && noneIsCreated) continue;
    try {
      await tryOut(dependencies, key, look, ordinal, act);
      return false;
    } catch (error) {
      if (!isRefusal(error)) return false;
      noneIsCreated ||= act === 'create' && concernsAll(error);
    }
  }
  return look.plan.acts.size > 0;
}

async function tryOut(
  { client }: Pick<Dependencies, 'client'>,
  key: SetKey,
  look: Look,
  ordinal: number,
  act: Act,
): Promise<void> {
  if (act === 'create') return tryCreate(client, key, look, ordinal);
  if (act === 'mend') return;
  const { replicas, condemned } = look.plan.slots;
  const pod = [...replicas, ...condemned].find((slot) => slot.ordinal === ordinal)?.pod;
  if (pod === undefined) return;
  const { name, uid } = pod.metadata;
  await client.remove(pods, key.namespace, name, { uid, dryRun: true });
}

async function tryCreate(client: Dependencies['client'], key: SetKey, look: Look, ordinal: number): Promise<void> {
  const { set, claims: known } = look.view;
  for (const template of set.spec.volumeClaimTemplates ?? []) {
    const name = claimName(template, set, ordinal);
    const claim = known?.get(name);
    if (claim !== undefined && isClaimTerminating(claim)) throw new ClaimTerminating(name);
    if (claim === undefined)
      await client.create(claims, key.namespace, newClaim({ set, template, ordinal }), { dryRun: true });
  }
  const pod = podOf(look, ordinal);
  if (pod !== undefined) await client.create(pods, key.namespace, pod, { dryRun: true });
}

class ClaimTerminating extends Error {
  override readonly name = 'ClaimTerminating';
}

/** What one pod is refused for, each is: a quota, rights, a namespace that goes, a webhook that does not answer. A webhook's no may be for one. */
function concernsAll(error: unknown): boolean {
  return (isForbidden(error) && !isAdmissionDenied(error)) || isAdmissionUnavailable(error);
}

/** The server's no; not that of a webhook which has no answer to a dry run. Throws on what is no answer at all. */
function isRefusal(error: unknown): boolean {
  if (error instanceof ClaimTerminating || isAdmissionUnavailable(error)) return true;
  if (!(error instanceof KubeError) || error.status === 429 || error.status >= 500) throw error;
  return error.status !== 404 && !(error.status === 400 && /not support dry run/i.test(error.message));
}
