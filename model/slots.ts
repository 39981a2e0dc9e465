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
  const recreated = revisionWhenRecreated(desired, byOrdinal, revisions);
  const slot = (ordinal: number, pod: Pod | undefined): Slot => {
    const updates = isUpdated(desired, ordinal);
    const name = podName(set, ordinal);
    if (pod === undefined) return { ordinal, name, state: 'missing', revision: recreated(ordinal) };
    const wanted = updates && desired.strategy !== 'OnDelete' ? revisions.update : (revisionOf(pod) ?? '');
    return { ordinal, name, pod, state: stateOf(pod, ordinal, desired, revisions, now), revision: wanted };
  };
  const replicas: Slot[] = [];
  for (let ordinal = start; ordinal < end; ordinal++) replicas.push(slot(ordinal, byOrdinal.get(ordinal)));
  const condemned = [...byOrdinal]
    .filter(([ordinal]) => ordinal < start || ordinal >= end)
    .sort(([a], [b]) => b - a)
    .map(([ordinal, pod]): Slot => {
      const state = isTerminating(pod) ? 'terminating' : available(pod, desired, now) ? 'settled' : 'unwell';
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

function stateOf(pod: Pod, ordinal: number, desired: Desired, revisions: RevisionNames, now: number): SlotState {
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
  if (desired.healsBroken && (!wasEverReady(pod) || hasLastingTrouble(pod, now))) return 'broken';
  return outdated && desired.healsBroken ? 'unwell' : 'starting';
}

/**
 * SS-62: the revision of a pod that is created for an ordinal without one. Below the partition the current one. Where
 * `rollingUpdate` is not written at all, a gap among pods that still run the current revision is filled with it.
 */
function revisionWhenRecreated(
  desired: Desired,
  pods: ReadonlyMap<number, Pod>,
  revisions: RevisionNames,
): (ordinal: number) => string {
  const { current, update } = revisions;
  if (desired.strategy !== 'RollingUpdate' || current === update) return () => update;
  if (desired.hasRollingBlock) return (ordinal) => (isUpdated(desired, ordinal) ? update : current);
  let highestCurrent = -1;
  for (const [ordinal, pod] of pods) {
    if (revisionOf(pod) === current && !isTerminating(pod)) highestCurrent = Math.max(highestCurrent, ordinal);
  }
  return (ordinal) => (ordinal <= highestCurrent ? current : update);
}
