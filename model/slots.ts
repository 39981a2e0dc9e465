import type { Desired } from './desired.ts';
import { parsePodName, podName, revisionOf } from './identity.ts';
import type { Pod, StatefulSet } from './objects.ts';
import { isAvailable, isFailed, isRunningAndReady, isTerminating, wasEverReady } from './readiness.ts';
import { hasLastingTrouble } from './trouble.ts';

/** The names of the two live revisions of a set (SS-52, SS-55). */
export interface RevisionNames {
  readonly update: string;
  readonly current: string;
}

/**
 * What became of one ordinal:
 * - `settled`: available at a revision that it may have
 * - `missing`: no pod of that name
 * - `starting`: a pod that it may keep, not available yet
 * - `terminating`: being deleted, the name is not free yet
 * - `failed`: phase Failed or Succeeded (SS-68a)
 * - `outdated`: available, to be replaced by the update
 * - `unwell`: to be replaced by the update, was Ready once, is not available now
 * - `broken`: at a revision that nobody wants, and never Ready there or in lasting trouble
 *
 * A condemned pod is `settled` while available, else `broken`, `failed`, `terminating` or `unwell`.
 */
export type SlotState =
  'settled' | 'missing' | 'starting' | 'terminating' | 'failed' | 'outdated' | 'unwell' | 'broken';

export interface Slot {
  readonly ordinal: number;
  readonly name: string;
  readonly pod?: Pod;
  readonly state: SlotState;
  /** The revision that the ordinal has once it is settled. */
  readonly revision: string;
}

export interface Slots {
  /** The window, ascending. */
  readonly replicas: readonly Slot[];
  /** Pods outside of the window, descending (SS-64). */
  readonly condemned: readonly Slot[];
}

/** Lays the set's own pods over its window of ordinals. `pods` are those that the set has claimed (SS-100). */
export function slotsOf(
  set: StatefulSet,
  desired: Desired,
  pods: readonly Pod[],
  revisions: RevisionNames,
  now: number,
): Slots {
  const byOrdinal = new Map<number, Pod>();
  for (const pod of pods) {
    const parsed = parsePodName(pod.metadata.name);
    if (parsed !== undefined && podName(set, parsed.ordinal) === pod.metadata.name) byOrdinal.set(parsed.ordinal, pod);
  }
  const { start } = desired;
  const end = start + (set.metadata.deletionTimestamp === undefined ? desired.replicas : 0);
  const recreated = revisionWhenRecreated(desired, byOrdinal, revisions, now);
  const slot = (ordinal: number, pod: Pod | undefined): Slot => {
    const name = podName(set, ordinal);
    const again = recreated(ordinal);
    if (pod === undefined) return { ordinal, name, state: 'missing', revision: again };
    const state = stateOf(pod, ordinal, again, desired, revisions, now);
    return { ordinal, name, pod, state, revision: revisionWhenSettled(pod, state, again, revisions) };
  };
  const replicas: Slot[] = [];
  for (let ordinal = start; ordinal < end; ordinal++) replicas.push(slot(ordinal, byOrdinal.get(ordinal)));
  const condemned = [...byOrdinal]
    .filter(([ordinal]) => ordinal < start || ordinal >= end)
    .sort(([a], [b]) => b - a)
    .map(([ordinal, pod]): Slot => {
      const state = condemnedState(pod, desired, now);
      return { ordinal, name: pod.metadata.name, pod, state, revision: revisionOf(pod) ?? '' };
    });
  return { replicas, condemned };
}

export function isUnavailable(slot: Slot): boolean {
  return slot.state !== 'settled' && slot.state !== 'outdated';
}

function available(pod: Pod, desired: Desired, now: number): boolean {
  return isRunningAndReady(pod) && isAvailable(pod, desired.minReadySeconds, now);
}

function isUpdated(desired: Desired, ordinal: number): boolean {
  return desired.strategy !== 'RollingUpdate' || ordinal >= desired.start + desired.partition;
}

/** `again` is the revision that a new pod would have: a pod that would come back as it was is not replaced out of turn. */
function stateOf(
  pod: Pod,
  ordinal: number,
  again: string,
  desired: Desired,
  revisions: RevisionNames,
  now: number,
): SlotState {
  if (isTerminating(pod)) return 'terminating';
  if (isFailed(pod)) return 'failed';
  const ready = available(pod, desired, now);
  const revision = revisionOf(pod);
  const outdated = revision !== revisions.update && isUpdated(desired, ordinal) && desired.strategy !== 'OnDelete';
  const stray =
    desired.strategy === 'RollingUpdate' &&
    !outdated &&
    revision !== revisions.update &&
    revision !== revisions.current;
  if (!outdated && !stray) return ready ? 'settled' : 'starting';
  if (ready) return outdated ? 'outdated' : 'settled';
  if (revision !== again && isBroken(pod, desired, now)) return 'broken';
  const goes = desired.management === 'Parallel' ? revision !== again : desired.healsBroken;
  return outdated && goes ? 'unwell' : 'starting';
}

function condemnedState(pod: Pod, desired: Desired, now: number): SlotState {
  if (isTerminating(pod)) return 'terminating';
  if (isFailed(pod)) return 'failed';
  if (available(pod, desired, now)) return 'settled';
  return isBroken(pod, desired, now) ? 'broken' : 'unwell';
}

/** Never Ready, or in trouble that waiting does not mend: such a pod serves nobody. */
function isBroken(pod: Pod, desired: Desired, now: number): boolean {
  return desired.healsBroken && (!wasEverReady(pod) || hasLastingTrouble(pod, now));
}

/** A pod that stays keeps its revision, one that goes makes room for a new one. */
function revisionWhenSettled(pod: Pod, state: SlotState, again: string, { update }: RevisionNames): string {
  if (state === 'settled' || state === 'starting') return revisionOf(pod) ?? '';
  return state === 'outdated' || state === 'unwell' ? update : again;
}

/**
 * SS-62: the revision of a pod that is created for an ordinal without one. Below the partition the current one. Where `rollingUpdate` is
 * not written at all, a gap below pods that still serve at the current revision is filled with it. Upstream counts pods there; but a
 * revision at which no pod is available is no use to anyone.
 *
 * While a `Recreate` set is on hold and has old pods, a lost one joins them: two revisions never run together (SS-91).
 */
function revisionWhenRecreated(
  desired: Desired,
  pods: ReadonlyMap<number, Pod>,
  revisions: RevisionNames,
  now: number,
): (ordinal: number) => string {
  const { current, update } = revisions;
  if (current === update || desired.strategy === 'OnDelete') return () => update;
  if (desired.strategy === 'Recreate') {
    const keepsOld = desired.held && [...pods.values()].some((pod) => revisionOf(pod) !== update);
    return () => (keepsOld ? current : update);
  }
  if (desired.hasRollingBlock) return (ordinal) => (isUpdated(desired, ordinal) ? update : current);
  let highestCurrent = -1;
  const end = desired.start + desired.replicas;
  for (const [ordinal, pod] of pods) {
    if (ordinal < highestCurrent || ordinal >= end || revisionOf(pod) !== current || isTerminating(pod)) continue;
    if (available(pod, desired, now)) highestCurrent = ordinal;
  }
  return (ordinal) => (ordinal <= highestCurrent ? current : update);
}
