import type { Desired } from './desired.ts';
import { availableAt, isRunningAndReady } from './readiness.ts';
import { isUnavailable, type Slot, type Slots } from './slots.ts';
import { stuckAt, type Trouble, troubleOf } from './trouble.ts';

export type WaitingReason =
  | Trouble['reason']
  | 'Paused'
  | 'Aborted'
  | 'NotReady'
  | 'NotAvailable'
  | 'Missing'
  | 'TemplateInvalid'
  | 'NameConflict'
  | (typeof refusalReasons)[number];

/** Why a call is refused, by the API server or because what it needs is not there. */
export const refusalReasons = [
  'ClaimTerminating',
  'NameTaken',
  'QuotaExceeded',
  'AdmissionRefused',
  'AdmissionUnavailable',
  'NamespaceTerminating',
  'Forbidden',
  'Invalid',
  'Refused',
] as const;

/** Why nothing moves, for a person: what, on which pod, since when, and whether it will pass by itself. */
export interface Waiting {
  readonly ordinal?: number;
  readonly pod?: string;
  readonly reason: WaitingReason;
  readonly message: string;
  /** RFC 3339. */
  readonly since?: string;
  /** Nothing will change until somebody changes something: a pull that fails, a crash loop, a pod that no node has taken for long, or that does not end. */
  readonly stuck: boolean;
  /** When the wait ends by itself, in ms since the epoch, where that is known. */
  readonly until?: number;
}

/** The reason for the pod that keeps the plan's next step, whose ordinal this is, from its turn; or the hold on the whole set. */
export function waitingOf(
  desired: Desired,
  slots: Slots,
  ordinal: number | undefined,
  now: number,
): Waiting | undefined {
  const index = ordinal === undefined ? -1 : ordinal - desired.start;
  const slot = slots.replicas[index] ?? slots.condemned.find((condemned) => condemned.ordinal === ordinal);
  if (slot !== undefined) return slotWaiting(obstacle(slot, slots), desired, now);
  if (!desired.held) return undefined;
  return desired.aborted
    ? { reason: 'Aborted', message: 'the operation was aborted and is held until it is retried', stuck: false }
    : { reason: 'Paused', message: 'the set is paused', stuck: false };
}

/** A pod that is going holds up those that are to go next, and what is to be created in its place; so does the lowest that is unwell (SS-72). */
function obstacle(slot: Slot, { replicas, condemned }: Slots): Slot {
  if (slot.state === 'missing') return [...replicas, ...condemned].find(isGoing) ?? slot;
  if (slot !== condemned[0] || isGoing(slot)) return slot;
  return condemned.find(isGoing) ?? condemned.findLast(isUnavailable) ?? slot;
}

function isGoing({ state }: Slot): boolean {
  return state === 'terminating';
}

export function slotWaiting(slot: Slot, desired: Desired, now: number): Waiting {
  const { ordinal, name, pod } = slot;
  const of = { ordinal, pod: name };
  if (pod === undefined) return { ...of, reason: 'Missing', message: `pod ${name} waits for its turn`, stuck: false };
  const trouble = troubleOf(pod);
  if (trouble !== undefined) {
    const { reason, since, terminal } = trouble;
    const stuck = terminal || reason === 'NodeLost' || (stuckAt(pod, trouble) ?? Infinity) <= now;
    return { ...of, reason, message: `pod ${name}: ${trouble.message}`, since, stuck };
  }
  const until = isRunningAndReady(pod) ? availableAt(pod, desired.minReadySeconds) : undefined;
  if (until !== undefined && until > now) {
    const seconds = Math.ceil((until - now) / 1000);
    const message = `pod ${name} is Ready and must stay so for another ${seconds} s (minReadySeconds)`;
    return { ...of, reason: 'NotAvailable', message, stuck: false, until };
  }
  return {
    ...of,
    reason: 'NotReady',
    message: `pod ${name} is not Ready yet`,
    since: pod.metadata.creationTimestamp,
    stuck: false,
  };
}
