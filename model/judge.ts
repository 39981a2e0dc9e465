import type { Act } from './acts.ts';
import type { Plan, Step } from './plan.ts';
import type { Slot } from './slots.ts';
import { slotWaiting, type Waiting } from './waiting.ts';

/**
 * What the step of one ordinal is to do now:
 * - `act`: it is its turn
 * - `wait`: for its pod or for its predecessors
 * - `done`: the ordinal is where the step was to bring it
 * - `stale`: the plan has moved on and does not want this step any more, or something more urgent came up
 */
export type Verdict =
  | { readonly kind: 'act'; readonly act: Act }
  | { readonly kind: 'wait'; readonly waiting: Waiting }
  | { readonly kind: 'done'; readonly uid?: string }
  | { readonly kind: 'stale'; readonly why: string };

/** One verb on one ordinal, as a key. */
export type CoveredKey = `${Step['verb']} ${number}`;

/** Whether a step under way has nothing left to do for an ordinal: it is where it should be, or not wanted there any more. */
export function isOver({ slots, desired, acts }: Plan, verb: Step['verb'], ordinal: number): boolean {
  if (verb === 'remove') return slots.condemned.every((slot) => slot.ordinal !== ordinal);
  const replica = slots.replicas[ordinal - desired.start];
  return replica === undefined || (replica.state === 'settled' && !acts.has(ordinal));
}

/**
 * Judges one ordinal of a step by a plan made on the newest view.
 *
 * `covered` is the work of all steps under way: an act that the plan puts first and that none of them covers (a pod
 * lost in the middle of a rollout) ends the step, so that the operation plans again.
 */
export function judge(plan: Plan, step: Step, ordinal: number, covered: ReadonlySet<CoveredKey>): Verdict {
  const { desired, slots } = plan;
  const replica = slots.replicas[ordinal - desired.start];
  if (step.verb === 'remove') {
    const slot = slots.condemned.find((condemned) => condemned.ordinal === ordinal);
    if (slot !== undefined) return actOrWait(plan, slot, step, covered);
    return replica === undefined ? { kind: 'done' } : { kind: 'stale', why: `ordinal ${ordinal} is wanted again` };
  }
  if (replica === undefined) return { kind: 'stale', why: `ordinal ${ordinal} is not wanted any more` };
  if (replica.state === 'settled' && !plan.acts.has(ordinal)) return { kind: 'done', uid: replica.pod?.metadata.uid };
  // An empty ordinal is filled at whatever revision is wanted by now: nobody is helped by leaving it empty.
  if (plan.acts.get(ordinal) === 'create') return { kind: 'act', act: 'create' };
  if (replica.revision !== step.revision) return { kind: 'stale', why: `revision ${replica.revision} is wanted now` };
  return actOrWait(plan, replica, step, covered);
}

function actOrWait(plan: Plan, slot: Slot, step: Step, covered: ReadonlySet<CoveredKey>): Verdict {
  const act = plan.acts.get(slot.ordinal);
  if (act !== undefined && !yieldsToHigher(plan, slot, step)) return { kind: 'act', act };
  const at = plan.steps.findIndex(({ ordinals }) => ordinals.includes(slot.ordinal));
  if (at < 0) return { kind: 'stale', why: 'the set is on hold' };
  const urgent = moreUrgent(plan, at, covered);
  if (urgent !== undefined) return { kind: 'stale', why: `ordinal ${urgent} comes first` };
  return { kind: 'wait', waiting: slotWaiting(slot, plan.desired, plan.at) };
}

/** Within a budget of several, too, the update takes pods down from the top: a step waits for the higher ordinals of another one. */
function yieldsToHigher({ acts, slots, desired }: Plan, { ordinal, state }: Slot, step: Step): boolean {
  if ((state !== 'outdated' && state !== 'unwell') || desired.strategy === 'Recreate') return false;
  const isAnothers = (other: Slot) =>
    isReplaced(other) && acts.has(other.ordinal) && !step.ordinals.includes(other.ordinal);
  const next = slots.replicas.findLast(isAnothers);
  return next !== undefined && next.ordinal > ordinal;
}

function isReplaced({ state }: Slot): boolean {
  return state === 'outdated' || state === 'unwell' || state === 'broken';
}

/** An ordinal of the steps before this one that could be acted on and that nobody is at. */
function moreUrgent({ steps, acts }: Plan, before: number, covered: ReadonlySet<CoveredKey>): number | undefined {
  if (acts.size === 0) return undefined;
  for (const { verb, ordinals } of steps.slice(0, before)) {
    const urgent = ordinals.find((other) => acts.has(other) && !covered.has(`${verb} ${other}`));
    if (urgent !== undefined) return urgent;
  }
  return undefined;
}
