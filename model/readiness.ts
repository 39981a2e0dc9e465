import type { Condition, Pod } from './objects.ts';

const second = 1000;

/** A pod that has been told to go. */
export function isTerminating(pod: Pod): boolean {
  return pod.metadata.deletionTimestamp !== undefined;
}

/** A pod that will never run again; success is no better than failure, as a set's pods are meant to stay (SS-68a). */
export function isFailed(pod: Pod): boolean {
  return pod.status?.phase === 'Failed' || pod.status?.phase === 'Succeeded';
}

/** A pod that the API server knows of. */
export function isCreated(pod: Pod): boolean {
  return (pod.status?.phase ?? '') !== '';
}

export function isRunningAndReady(pod: Pod): boolean {
  return pod.status?.phase === 'Running' && conditionOf(pod, 'Ready')?.status === 'True';
}

/** Has the pod been Ready for `minReadySeconds`? Strictly longer, and whatever its phase, as upstream has it (SS-83). */
export function isAvailable(pod: Pod, minReadySeconds: number, nowMs: number): boolean {
  const from = availableAt(pod, minReadySeconds);
  return from !== undefined && nowMs >= from;
}

/**
 * The first instant (ms) at which `isAvailable` holds if the pod stays as it is; undefined while it is not Ready. With
 * `minReadySeconds` of 0 that is always, so 0.
 */
export function availableAt(pod: Pod, minReadySeconds: number): number | undefined {
  const ready = conditionOf(pod, 'Ready');
  if (ready?.status !== 'True') return undefined;
  if (minReadySeconds <= 0) return 0;
  const since = timeOf(ready.lastTransitionTime);
  return since === undefined ? undefined : since + minReadySeconds * second + 1;
}

/**
 * Was the pod Ready at any time of its life?
 *
 * A kubelet writes `Ready: False` when it first sees a pod, and the time of that condition moves only when its status flips. So a pod whose
 * `Ready` is missing, or is not True since no later than its start, has never been Ready. The start is the latest of creation, start (each
 * with a second of slack, as times are whole seconds) and the end of its init containers.
 *
 * Limits: a pod that got Ready and lost it within that second counts as never Ready; so does one whose init containers ran again after its node
 * restarted. Clocks of node and API server that differ by more than a second err towards "was Ready", and so does a condition without a time:
 * the answer that leaves the pod alone.
 */
export function wasEverReady(pod: Pod): boolean {
  const ready = conditionOf(pod, 'Ready');
  if (ready === undefined) return false;
  if (ready.status === 'True') return true;
  const since = timeOf(ready.lastTransitionTime);
  if (since === undefined) return true;
  const initialized = conditionOf(pod, 'Initialized');
  const start = Math.max(
    (timeOf(pod.metadata.creationTimestamp) ?? 0) + second,
    (timeOf(pod.status?.startTime) ?? 0) + second,
    initialized?.status === 'True' ? (timeOf(initialized.lastTransitionTime) ?? 0) : 0,
  );
  return since > start;
}

/** A condition of the pod by its type. */
export function conditionOf(pod: Pod, type: string): Condition | undefined {
  return pod.status?.conditions?.find((condition) => condition.type === type);
}

/** RFC 3339 to ms; undefined when there is no such time. */
export function timeOf(time: string | undefined): number | undefined {
  const ms = Date.parse(time ?? '');
  return Number.isNaN(ms) ? undefined : ms;
}

/** Milliseconds to RFC 3339 in whole seconds, as Kubernetes writes times. */
export function rfc3339(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z');
}
