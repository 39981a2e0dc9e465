import { type Desired, desiredOf } from './desired.ts';
import type { ClusterView } from './objects.ts';
import { type Act, actsOf, comesBackTogether, deletesInOrder } from './acts.ts';
import { claimPods } from './claimed.ts';
import { revisionOf } from './identity.ts';
import { availableAt, isRunningAndReady, timeOf } from './readiness.ts';
import { lastingTroubleMs, stuckAt, troubleOf } from './trouble.ts';
import { isUnavailable, type RevisionNames, type Slots, slotsOf } from './slots.ts';
import { type Waiting, waitingOf } from './waiting.ts';

export type Operation = 'rollout' | 'scale' | 'repair' | 'deletion';

/** One step of an operation: ordinals that are brought to their end state by one activity. */
export interface Step {
  /** `settle`: available at `revision`, whatever that takes. `remove`: the pod is gone. */
  readonly verb: 'settle' | 'remove';
  /** In working order: of a `Parallel` set they are worked on together, of an ordered set one after the other. */
  readonly ordinals: readonly number[];
  readonly revision: string;
}

export interface Counts {
  readonly desired: number;
  readonly ready: number;
  readonly updated: number;
  readonly available: number;
}

export interface Plan {
  /** What the steps amount to; undefined when there is nothing to be done. */
  readonly operation: Operation | undefined;
  readonly revisions: RevisionNames;
  readonly desired: Desired;
  readonly slots: Slots;
  /** Everything that is left, in working order. */
  readonly steps: readonly Step[];
  /** What could be done right now. Empty while all that is left waits for something. */
  readonly acts: ReadonlyMap<number, Act>;
  /** How many steps may be under way at once. */
  readonly window: number;
  /** How many of these may be at work; the rest wait for their turn. */
  readonly abreast: number;
  /** Why nothing can be done right now. */
  readonly waiting: Waiting | undefined;
  /** All replicas are available at the update revision, and it is not the current one yet (SS-98; available, not just Ready). */
  readonly promote: boolean;
  readonly counts: Counts;
  /** Ordinals that a pause or an abort keeps from being updated or removed. Missing pods are created all the same. */
  readonly heldBack: number;
  /** The instant of the plan, ms since the epoch. */
  readonly at: number;
  /** When time alone may change the plan (minReadySeconds, trouble that becomes lasting, a pod that no node takes or that does not end), ms since the epoch. */
  readonly wakeAt: number | undefined;
}

/** Steps under way at once for ordered work: the next ones wait for their predecessors inside the activity. */
const lookAhead = 4;
/** Ordinals that one activity settles, at most: those of a `Parallel` set together, those of an ordered one by one. */
const parallelGroup = 64;
const orderedGroup = 32;
/** Groups of a `Parallel` set under way at once. */
const parallelWindow = 16;
/** Up to so many ordinals an ordered set has a step for each: readable; beyond, a step for several of them costs less. */
const singleSteps = 16;
/** Into so many steps the work of an ordered set is then divided, as long as none gets too large. */
const groupedSteps = 4;

/**
 * What is left to do for a set, in order, and what of it may be done at this moment. Pure; linear in the number of pods.
 *
 * Whoever acts asks again on a fresh view whether the act is still in `acts`: the plan is the only guard there is.
 */
export function plan(view: ClusterView, revisions: RevisionNames, now: number, look = lookAhead): Plan {
  const { set } = view;
  const desired = desiredOf(set);
  const slots = slotsOf(set, desired, claimPods(view).claimed, revisions, now);
  const deleting = set.metadata.deletionTimestamp !== undefined;
  const acts = actsOf(view, desired, slots, revisions);
  const steps = deleting ? removalSteps(view, desired, slots) : standingSteps(desired, slots, acts, revisions);
  const together = desired.management === 'Parallel' && steps.some((step) => step.ordinals.length > 1);
  return {
    operation: steps.length === 0 ? undefined : operationOf(view, slots, desired.held, deleting),
    revisions,
    desired,
    slots,
    steps,
    acts,
    window: together ? parallelWindow : Math.max(look, stepsWithin(steps, desired.maxUnavailable)),
    abreast: together ? parallelWindow : comesBackTogether(desired) ? desired.maxUnavailable : 1,
    waiting: acts.size === 0 ? waitingOf(desired, slots, steps[0]?.ordinals[0], now) : undefined,
    promote: !deleting && revisions.current !== revisions.update && isComplete(desired, slots, revisions),
    counts: countsOf(desired, slots, revisions),
    heldBack: desired.held && !deleting ? heldBackOf(slots) : 0,
    at: now,
    wakeAt: wakeAtOf(desired, slots, now),
  };
}

/** How many of the next steps have `ordinals` ordinals together. */
function stepsWithin(steps: readonly Step[], ordinals: number): number {
  let count = 0;
  let covered = 0;
  for (const step of steps) {
    if (covered >= ordinals) break;
    covered += step.ordinals.length;
    count += 1;
  }
  return count;
}

function heldBackOf({ replicas, condemned }: Slots): number {
  const waits = ({ state }: Slots['replicas'][number]) =>
    state === 'outdated' || state === 'unwell' || state === 'broken';
  return condemned.length + replicas.filter(waits).length;
}

function removalSteps(view: ClusterView, desired: Desired, { condemned }: Slots): Step[] {
  if (!deletesInOrder(view)) return [];
  const ordinals = condemned.map((slot) => slot.ordinal);
  return group('remove', ordinals, groupSizeOf(ordinals, desired.management === 'Parallel'), () => '');
}

/** What is missing, first where something can be done now; then what is too many, then the update from the top (SS-73). */
function standingSteps(
  desired: Desired,
  { replicas, condemned }: Slots,
  acts: ReadonlyMap<number, Act>,
  revisions: RevisionNames,
): Step[] {
  const { held, management, maxUnavailable, strategy } = desired;
  const parallel = management === 'Parallel';
  const unfit = replicas.filter((slot) => {
    const onHold = held && (slot.state === 'broken' || slot.state === 'unwell');
    return (isUnavailable(slot) && !onHold) || acts.get(slot.ordinal) === 'mend';
  });
  const repairs = [
    ...unfit.filter((slot) => acts.has(slot.ordinal)),
    ...unfit.filter((slot) => !acts.has(slot.ordinal)),
  ].map((slot) => slot.ordinal);
  const removals = condemned.filter((slot) => !held || acts.has(slot.ordinal)).map((slot) => slot.ordinal);
  const updates = held ? [] : replicas.filter((slot) => slot.state === 'outdated').map((slot) => slot.ordinal);
  const goesAlone = comesBackTogether(desired) && !parallel && updates.at(-1) === replicas.at(-1)?.ordinal;
  const alone = goesAlone ? updates.splice(-1) : [];
  const revision = new Map(replicas.map((slot) => [slot.ordinal, slot.revision]));
  const wanted = (ordinal: number) => revision.get(ordinal) ?? revisions.update;
  const steps = (verb: Step['verb'], ordinals: readonly number[], together: boolean, least = 1) =>
    group(verb, ordinals, Math.max(groupSizeOf(ordinals, together), least), wanted);
  return [
    ...steps('settle', repairs, parallel || strategy === 'Recreate'),
    ...steps('remove', removals, parallel),
    // Pods that go down together are one step: nobody else counts the budget.
    ...steps('settle', alone, false),
    ...steps('settle', updates.reverse(), strategy === 'Recreate', Math.min(maxUnavailable, parallelGroup)),
  ];
}

/** How many ordinals a step takes. */
function groupSizeOf(ordinals: readonly number[], together: boolean): number {
  if (together) return parallelGroup;
  return ordinals.length <= singleSteps ? 1 : Math.min(Math.ceil(ordinals.length / groupedSteps), orderedGroup);
}

/** The same work in fewer steps, in the same order: where a step for each ordinal would be too much for Temporal. */
export function inFewSteps({ steps, desired }: Pick<Plan, 'steps' | 'desired'>): readonly Step[] {
  // Pods that may go down together are in steps of the right size already.
  if (desired.maxUnavailable > 1) return steps;
  const joined: Step[] = [];
  for (const step of steps) {
    const last = joined.at(-1);
    const fits = last?.verb === step.verb && last.revision === step.revision;
    if (fits && last.ordinals.length + step.ordinals.length <= orderedGroup)
      joined.splice(-1, 1, { ...last, ordinals: [...last.ordinals, ...step.ordinals] });
    else joined.push(step);
  }
  return joined;
}

function group(
  verb: Step['verb'],
  ordinals: readonly number[],
  size: number,
  revision: (ordinal: number) => string,
): Step[] {
  const steps: { verb: Step['verb']; ordinals: number[]; revision: string }[] = [];
  for (const ordinal of ordinals) {
    const last = steps.at(-1);
    const wanted = revision(ordinal);
    if (last !== undefined && last.revision === wanted && last.ordinals.length < size) last.ordinals.push(ordinal);
    else steps.push({ verb, ordinals: [ordinal], revision: wanted });
  }
  return steps;
}

function operationOf(view: ClusterView, slots: Slots, held: boolean, deleting: boolean): Operation {
  if (deleting) return 'deletion';
  const { metadata, status } = view.set;
  const unfinished = slots.replicas.some(
    (slot) => slot.state === 'missing' || slot.state === 'terminating' || slot.state === 'failed',
  );
  const updates = slots.replicas.some(
    (slot) => !held && (slot.state === 'outdated' || slot.state === 'broken' || slot.state === 'unwell'),
  );
  const isNew = (status?.observedGeneration ?? 0) === 0;
  const hasCondemned = !held && slots.condemned.length > 0;
  if (isNew && !hasCondemned) return 'rollout';
  if (hasCondemned) return 'scale';
  if (updates) return 'rollout';
  return unfinished && status?.observedGeneration !== metadata.generation ? 'scale' : 'repair';
}

function isComplete(desired: Desired, { replicas, condemned }: Slots, revisions: RevisionNames): boolean {
  return (
    (desired.strategy !== 'OnDelete' || desired.promotesOnDelete) &&
    condemned.length === 0 &&
    replicas.every(
      (slot) => slot.state === 'settled' && slot.pod !== undefined && revisionOf(slot.pod) === revisions.update,
    )
  );
}

function countsOf(desired: Desired, { replicas }: Slots, revisions: RevisionNames): Counts {
  let ready = 0;
  let updated = 0;
  let available = 0;
  for (const slot of replicas) {
    if (slot.pod === undefined || slot.state === 'terminating') continue;
    if (revisionOf(slot.pod) === revisions.update) updated += 1;
    if (isRunningAndReady(slot.pod)) ready += 1;
    if (!isUnavailable(slot)) available += 1;
  }
  return { desired: desired.replicas, ready, updated, available };
}

function wakeAtOf(desired: Desired, { replicas, condemned }: Slots, now: number): number | undefined {
  let earliest: number | undefined;
  for (const { state, pod } of [...replicas, ...condemned]) {
    if (pod === undefined || (state !== 'starting' && state !== 'unwell' && state !== 'terminating')) continue;
    const trouble = troubleOf(pod);
    const since = desired.healsBroken && trouble?.terminal === true ? timeOf(trouble.since) : undefined;
    const at =
      since !== undefined
        ? since + lastingTroubleMs
        : ((trouble && stuckAt(pod, trouble)) ?? availableAt(pod, desired.minReadySeconds));
    if (at !== undefined && at > now && (earliest === undefined || at < earliest)) earliest = at;
  }
  return earliest;
}
