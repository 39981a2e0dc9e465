import { orderedDeletionFinalizer } from './annotations.ts';
import type { Desired } from './desired.ts';
import { revisionOf } from './identity.ts';
import { mends } from './mends.ts';
import type { ClusterView } from './objects.ts';
import { isUnavailable, type RevisionNames, type Slot, type Slots } from './slots.ts';

/** What may be done to an ordinal at this moment. */
export type Act = 'create' | 'delete' | 'mend' | 'remove';

/** Whether this set is being deleted and held by our finalizer until its pods are gone, in order. */
export function deletesInOrder({ set }: ClusterView): boolean {
  return (
    set.metadata.deletionTimestamp !== undefined && set.metadata.finalizers?.includes(orderedDeletionFinalizer) === true
  );
}

/** Every act that is allowed right now. Empty while all that is left waits for something. */
export function actsOf(view: ClusterView, desired: Desired, slots: Slots, revisions: RevisionNames): Map<number, Act> {
  if (view.set.metadata.deletionTimestamp === undefined) return standingActs(view, desired, slots, revisions);
  return deletesInOrder(view) ? deletionActs(desired, slots) : new Map();
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
    const act = blocked && !parallel && slot.state !== 'missing' ? undefined : replicaAct(view, slot, desired.held);
    if (act !== undefined) acts.set(slot.ordinal, act);
    if (!isUnavailable(slot) || parallel) continue;
    blocked = true;
    together -= 1;
    if (together <= 0) break;
  }
  return blocked;
}

function replicaAct(view: ClusterView, slot: Slot, held: boolean): Act | undefined {
  switch (slot.state) {
    case 'missing':
      return 'create';
    case 'failed':
      return 'delete';
    case 'settled':
      return !held && mends(view, slot) ? 'mend' : undefined;
    case 'broken':
    case 'unwell':
    case 'outdated':
    case 'starting':
    case 'terminating':
      return undefined;
  }
}

/** How many unavailable replicas an ordered set may work on at once: more than one only where replaced pods come back together. */
function comeBackBudget(desired: Desired, replicas: readonly Slot[]): number {
  if (!desired.parallelReplace || desired.maxUnavailable <= 1) return 1;
  const unavailable = replicas.filter(isUnavailable);
  const highestKept = replicas.findLastIndex((slot) => slot.pod !== undefined);
  const updating = replicas.some((slot) => slot.state === 'outdated');
  const comesBack =
    updating || unavailable.every((slot) => slot.pod !== undefined || slot.ordinal - desired.start < highestKept);
  return comesBack && unavailable.length <= desired.maxUnavailable ? desired.maxUnavailable : 1;
}

/**
 * A broken pod of an unwanted revision is replaced out of turn: it serves nobody. At most maxUnavailable ordinals are under
 * replacement at once. The lowest one of an ordered set is always free to go, nothing else can move before it does.
 */
function healingActs(desired: Desired, replicas: readonly Slot[], acts: Map<number, Act>): void {
  const underWay = replicas.filter(
    (slot) =>
      slot.state === 'terminating' || slot.state === 'starting' || slot.state === 'failed' || isGap(slot, replicas),
  );
  let budget = Math.max(desired.maxUnavailable - underWay.length, 0);
  const head = replicas.find(isUnavailable);
  if (head?.state === 'broken') {
    acts.set(head.ordinal, 'delete');
    budget -= 1;
  }
  for (let index = replicas.length - 1; index >= 0 && budget > 0; index--) {
    const slot = replicas[index];
    if (slot?.state !== 'broken' || acts.has(slot.ordinal)) continue;
    acts.set(slot.ordinal, 'delete');
    budget -= 1;
  }
  const unavailable = replicas.filter(isUnavailable).length;
  const next = replicas.findLast(
    (slot) => slot.state === 'outdated' || slot.state === 'unwell' || slot.state === 'broken',
  );
  if (next?.state === 'unwell' && unavailable - 1 < desired.maxUnavailable) acts.set(next.ordinal, 'delete');
}

function isGap(slot: Slot, replicas: readonly Slot[]): boolean {
  return slot.state === 'missing' && replicas.at(-1)?.pod !== undefined;
}

/** SS-72: from the top; in an ordered set one at a time, an unhealthy one only when it is the first that is unhealthy. */
function condemnedActs(desired: Desired, { condemned }: Slots, acts: Map<number, Act>): void {
  if (desired.management === 'Parallel') {
    for (const slot of condemned) if (slot.state !== 'terminating') acts.set(slot.ordinal, 'remove');
    return;
  }
  const [top] = condemned;
  if (top === undefined || top.state === 'terminating') return;
  const firstUnavailable = condemned.findLast(isUnavailable);
  if (top.state === 'unwell' && firstUnavailable !== top) return;
  acts.set(top.ordinal, 'remove');
}

/** SS-78: from the top, as many as the budget leaves. */
function updateActs(desired: Desired, replicas: readonly Slot[], acts: Map<number, Act>): void {
  let budget = desired.maxUnavailable - replicas.filter(isUnavailable).length;
  for (let index = replicas.length - 1; index >= 0 && budget > 0; index--) {
    const slot = replicas[index];
    if (slot?.state !== 'outdated') continue;
    acts.set(slot.ordinal, 'delete');
    budget -= 1;
  }
}

/** SS-91: every old pod goes before anything is created. True while one old pod object remains. */
function recreates({ replicas, condemned }: Slots, revisions: RevisionNames, acts: Map<number, Act>): boolean {
  let remaining = false;
  for (const slot of [...replicas, ...condemned]) {
    if (slot.pod === undefined || revisionOf(slot.pod) === revisions.update) continue;
    remaining = true;
    if (slot.state !== 'terminating') acts.set(slot.ordinal, condemned.includes(slot) ? 'remove' : 'delete');
  }
  return remaining;
}

/** Highest first, the next only when the former object is gone; a `Parallel` set all at once. */
function deletionActs(desired: Desired, { condemned }: Slots): Map<number, Act> {
  const acts = new Map<number, Act>();
  for (const slot of condemned) {
    if (slot.state !== 'terminating') acts.set(slot.ordinal, 'remove');
    if (desired.management === 'OrderedReady') break;
  }
  return acts;
}
