import { orderedDeletionFinalizer } from './annotations.ts';
import { type Desired, desiredOf } from './desired.ts';
import { revisionOf } from './identity.ts';
import { claimMends, lacksClaims, mends } from './mends.ts';
import type { ClusterView } from './objects.ts';
import { isRunningAndReady } from './readiness.ts';
import { isUnavailable, type RevisionNames, type Slot, type Slots } from './slots.ts';

/** What may be done to an ordinal at this moment. */
export type Act = 'create' | 'delete' | 'mend' | 'remove';

/**
 * Whether this set is being deleted and held by our finalizer until its pods are gone, in order. Not when its pods are to stay (SS-111), and
 * not when nobody wants the order any more.
 */
export function deletesInOrder({ set }: ClusterView): boolean {
  const { deletionTimestamp, finalizers = [] } = set.metadata;
  const isHeld = finalizers.includes(orderedDeletionFinalizer) && !finalizers.includes('orphan');
  return deletionTimestamp !== undefined && isHeld && desiredOf(set).orderedDeletion;
}

/** Every act that is allowed right now. Empty while all that is left waits for something. */
export function actsOf(view: ClusterView, desired: Desired, slots: Slots, revisions: RevisionNames): Map<number, Act> {
  if (view.set.metadata.deletionTimestamp !== undefined)
    return deletesInOrder(view) ? deletionActs(desired, slots) : new Map();
  const acts = standingActs(view, desired, slots, revisions);
  claimActs(view, desired, slots, acts);
  return acts;
}

function standingActs(view: ClusterView, desired: Desired, slots: Slots, revisions: RevisionNames): Map<number, Act> {
  const acts = new Map<number, Act>();
  const { replicas, condemned } = slots;
  const { held } = desired;
  if (desired.strategy === 'Recreate' && !held && recreates(slots, revisions, acts)) return acts;
  const blocked = replicaActs(view, desired, replicas, acts);
  if (!held) healingActs(desired, replicas, acts);
  if (blocked) return acts;
  if (!held) condemnedActs(desired, slots, acts);
  if (!held && desired.strategy === 'RollingUpdate' && (desired.management === 'Parallel' || condemned.length === 0)) {
    updateActs(desired, replicas, acts);
  }
  return acts;
}

/** SS-68, SS-69: ascending; in an ordered set the first replica that is not available holds everything behind it. */
function replicaActs(view: ClusterView, desired: Desired, replicas: readonly Slot[], acts: Map<number, Act>): boolean {
  const parallel = desired.management === 'Parallel';
  let together = comeBackBudget(desired, replicas);
  let blocked = false;
  for (const slot of replicas) {
    const act = blocked && !parallel && slot.state !== 'missing' ? undefined : replicaAct(view, slot);
    if (act !== undefined) acts.set(slot.ordinal, act);
    if (!isUnavailable(slot) || parallel) continue;
    blocked = true;
    together -= 1;
    if (together <= 0) break;
  }
  return blocked;
}

function replicaAct(view: ClusterView, slot: Slot): Act | undefined {
  switch (slot.state) {
    case 'missing':
      return 'create';
    case 'failed':
      return 'delete';
    case 'settled':
      return mends(view, slot) ? 'mend' : undefined;
    case 'starting':
      return lacksClaims(view, slot) ? 'mend' : undefined;
    case 'broken':
    case 'unwell':
    case 'outdated':
    case 'terminating':
      return undefined;
  }
}

/**
 * The claims of a pod that is on its way out stay or go by what is asked for now (SS-39): nobody deletes it again, and the garbage
 * collector looks at them when it is gone. Of a set on hold those of pods that the hold keeps from being replaced as well.
 */
function claimActs(view: ClusterView, { held }: Desired, { replicas, condemned }: Slots, acts: Map<number, Act>): void {
  const isLeft = ({ state }: Slot) =>
    state === 'terminating' || (held && (state === 'outdated' || state === 'unwell' || state === 'broken'));
  for (const [slots, isCondemned] of [[replicas, false] as const, [condemned, true] as const])
    for (const slot of slots)
      if (isLeft(slot) && slot.pod !== undefined && claimMends(view, slot.pod, slot.ordinal, isCondemned).length > 0)
        acts.set(slot.ordinal, 'mend');
}

/**
 * How many unavailable replicas an ordered set may work on at once: more than one only where replaced pods come back together. A
 * missing ordinal comes back when there is a pod above it: beyond the highest pod it may be new, and new ones are created one by one.
 */
function comeBackBudget(desired: Desired, replicas: readonly Slot[]): number {
  if (!comesBackTogether(desired)) return 1;
  const unavailable = replicas.filter(isUnavailable);
  const highest = desired.start + replicas.findLastIndex((slot) => slot.pod !== undefined);
  const comesBack = unavailable.every(({ pod, ordinal }) => pod !== undefined || ordinal < highest);
  return comesBack && unavailable.length <= desired.maxUnavailable ? desired.maxUnavailable : 1;
}

/** Not where `ordinals.start` is written: a window that has moved down has new ordinals below its pods, and they look like gaps. */
export function comesBackTogether({ parallelReplace, maxUnavailable, hasStart }: Desired): boolean {
  return parallelReplace && maxUnavailable > 1 && !hasStart;
}

/**
 * A broken pod of an unwanted revision is replaced out of turn: it serves nobody. At most maxUnavailable ordinals are under
 * replacement at once. The lowest one of an ordered set is always free to go, nothing else can move before it does. A pod of an ordered
 * set that was Ready once is replaced in its turn, and only when no more are unavailable than may be; one of a `Parallel` set like a
 * broken one, for that it is down already (SS-77, SS-79).
 */
function healingActs(desired: Desired, replicas: readonly Slot[], acts: Map<number, Act>): void {
  const unavailable = replicas.filter(isUnavailable);
  const underWay = unavailable.filter((slot) => slot.state !== 'broken' && slot.state !== 'unwell');
  let budget = desired.healsTogether ? replicas.length : desired.maxUnavailable - underWay.length;
  const [head] = unavailable;
  if (head?.state === 'broken' && desired.management === 'OrderedReady') {
    acts.set(head.ordinal, 'delete');
    budget -= 1;
  }
  const isParallel = desired.management === 'Parallel';
  const isDown = ({ state, pod }: Slot) =>
    state === 'broken' || (isParallel && state === 'unwell' && pod !== undefined && !isRunningAndReady(pod));
  for (let index = replicas.length - 1; index >= 0 && budget > 0; index--) {
    const slot = replicas[index];
    if (slot === undefined || !isDown(slot) || acts.has(slot.ordinal)) continue;
    acts.set(slot.ordinal, 'delete');
    budget -= 1;
  }
  if (isParallel) return;
  const next = replicas.findLast(
    (slot) => slot.state === 'outdated' || slot.state === 'unwell' || slot.state === 'broken',
  );
  if (next?.state === 'unwell' && unavailable.length <= desired.maxUnavailable) acts.set(next.ordinal, 'delete');
}

/**
 * SS-72: from the top; in an ordered set one at a time, an unhealthy one only when it is the first that is unhealthy. One that is broken
 * need not get well first. Any pod that is on its way out is waited for, also one that an update or a raised start took from below.
 */
function condemnedActs(desired: Desired, { condemned }: Slots, acts: Map<number, Act>): void {
  if (desired.management === 'Parallel') {
    for (const slot of condemned) if (slot.state !== 'terminating') acts.set(slot.ordinal, 'remove');
    return;
  }
  const [top] = condemned;
  if (top === undefined || condemned.some(({ state }) => state === 'terminating')) return;
  const firstUnavailable = condemned.findLast(isUnavailable);
  if (top.state === 'unwell' && firstUnavailable !== top) return;
  acts.set(top.ordinal, 'remove');
}

/**
 * SS-78: from the top, as many as the budget leaves. Where replaced pods come back together, the top one goes alone: once it is back, the
 * gaps below it are told from ordinals that never had a pod.
 */
function updateActs(desired: Desired, replicas: readonly Slot[], acts: Map<number, Act>): void {
  let budget = desired.maxUnavailable - replicas.filter(isUnavailable).length;
  const goesAlone = comesBackTogether(desired) && desired.management === 'OrderedReady';
  if (goesAlone && replicas.at(-1)?.state === 'outdated') budget = Math.min(budget, 1);
  for (let index = replicas.length - 1; index >= 0 && budget > 0; index--) {
    const slot = replicas[index];
    if (slot?.state !== 'outdated' && slot?.state !== 'unwell') continue;
    acts.set(slot.ordinal, 'delete');
    if (slot.state === 'outdated') budget -= 1;
  }
}

/** SS-91: every old pod goes before anything is created. True while one old pod object remains. */
function recreates({ replicas, condemned }: Slots, revisions: RevisionNames, acts: Map<number, Act>): boolean {
  const isOld = ({ pod }: Slot) => pod !== undefined && revisionOf(pod) !== revisions.update;
  const old = replicas.filter(isOld);
  const oldCondemned = condemned.filter(isOld);
  for (const slot of old) if (slot.state !== 'terminating') acts.set(slot.ordinal, 'delete');
  for (const slot of oldCondemned) if (slot.state !== 'terminating') acts.set(slot.ordinal, 'remove');
  return old.length + oldCondemned.length > 0;
}

/** Highest first, the next only when the former object is gone; a `Parallel` set all at once. */
function deletionActs({ management }: Desired, { condemned }: Slots): Map<number, Act> {
  const staying = condemned.filter(({ state }) => state !== 'terminating');
  const next = management === 'Parallel' ? staying : staying.length === condemned.length ? staying.slice(0, 1) : [];
  return new Map(next.map(({ ordinal }) => [ordinal, 'remove']));
}
