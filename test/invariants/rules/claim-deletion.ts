import type { Actor } from '../calls.ts';
import { versionBefore, type Life } from '../lives.ts';
import type { Claim, StatefulSet } from '../objects.ts';
import { ordinalOf } from '../pod-state.ts';
import { isDeleted, wants, windowOf } from '../set-spec.ts';
import type { Finding } from '../violation.ts';
import type { Moment, World } from '../world.ts';

export interface ClaimFinding extends Finding {
  readonly set?: StatefulSet;
}

/**
 * The controller, or the garbage collector on references that the controller has set, deleted a claim: the retention policy must say so. The
 * collector may act long after its reason arose, so the views reach back to when the claim's owner began to go.
 */
export function judgeClaimDeletion(
  world: World,
  claim: Life<Claim>,
  moment: Moment,
  by: Actor,
): readonly ClaimFinding[] {
  if (by === 'other') return [];
  const owners = versionBefore(claim, moment.rv)?.object.metadata.ownerReferences ?? [];
  const ours = owners.filter(({ kind }) => kind === 'Pod' || kind === 'StatefulSet');
  if (by === 'garbage-collector' && owners.length > 0 && ours.length === 0) return [];
  const ownersGoing = ours.flatMap(({ uid }) => (world.pods.byUid(uid) ?? world.sets.byUid(uid))?.deleting?.at ?? []);
  const viewFrom = Math.min(moment.viewFrom, ...ownersGoing.map((at) => at - (moment.at - moment.viewFrom)));
  const views = viewsOfOwners(world, claim, { rv: moment.rv, viewFrom });
  const [newest] = views;
  if (newest === undefined) {
    return by === 'controller' ? [{ rule: 'claim-retention', message: 'a claim of no set was deleted' }] : [];
  }
  if (views.some(({ set, gone, ordinal }) => mayDelete(set, gone, ordinal))) return [];
  const { whenDeleted = 'Retain', whenScaled = 'Retain' } = newest.set.spec.persistentVolumeClaimRetentionPolicy ?? {};
  const state = newest.gone || isDeleted(newest.set) ? 'the set is deleted' : 'the set lives';
  const place = wants(newest.set, newest.ordinal) ? 'in' : 'outside';
  return [
    {
      rule: 'claim-retention',
      set: newest.set,
      message: `deleted by the ${by} although ${state}, ordinal ${newest.ordinal} is ${place} its window, whenDeleted is ${whenDeleted}, whenScaled is ${whenScaled}`,
    },
  ];
}

function mayDelete(set: StatefulSet, gone: boolean, ordinal: number): boolean {
  const { whenDeleted, whenScaled } = set.spec.persistentVolumeClaimRetentionPolicy ?? {};
  if ((gone || isDeleted(set)) && whenDeleted === 'Delete') return true;
  const { first, end } = windowOf(set);
  return (ordinal < first || ordinal >= end) && whenScaled === 'Delete';
}

/** Newest set first; of a set that has gone at least the last view counts. */
function viewsOfOwners(
  world: World,
  claim: Life<Claim>,
  span: Pick<Moment, 'rv' | 'viewFrom'>,
): readonly { readonly set: StatefulSet; readonly gone: boolean; readonly ordinal: number }[] {
  return world.sets.all.toReversed().flatMap((life) => {
    if (life.namespace !== claim.namespace) return [];
    const last = versionBefore(life, span.rv)?.object;
    const ordinal = last?.spec.volumeClaimTemplates
      ?.map(({ metadata: { name } }) => ordinalOf(claim.name, `${name}-${life.name}`))
      .find((found) => found !== undefined);
    if (last === undefined || ordinal === undefined) return [];
    const gone = life.gone !== undefined && life.gone.rv < span.rv;
    const views = world.views(life, span);
    return (views.length > 0 ? views : [last]).map((set) => ({ set, gone, ordinal }));
  });
}
