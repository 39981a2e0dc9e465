import { containerTrouble, exitOf } from './container-trouble.ts';
import type { Condition, Pod } from './objects.ts';
import { conditionOf, isFailed, isRunningAndReady, isTerminating, rfc3339, timeOf } from './readiness.ts';

export type TroubleReason =
  | 'ImagePull'
  | 'CrashLoop'
  | 'ConfigError'
  | 'Unschedulable'
  | 'Failed'
  | 'NodeLost'
  | 'ProbeFailing'
  | 'ReadinessGate'
  | 'Terminating';

/** Why a pod is not Ready. */
export interface Trouble {
  readonly reason: TroubleReason;
  /** For a person: container, image, exit code, and what the kubelet or the scheduler said. */
  readonly message: string;
  /** RFC 3339; the best time known from which it has lasted: the pod's loss of readiness, or the end of a container's last run. */
  readonly since?: string;
  /** Waiting will not help: image pull back-off, crash loop, configuration error, invalid image, failed pod. */
  readonly terminal: boolean;
}

/**
 * The one thing that keeps a pod from being Ready; undefined when it is Ready, or just starting.
 *
 * A kubelet goes to and fro between trying and backing off. So a first failure to pull (`ErrImagePull`) is terminal only when the registry's
 * answer is final, and a container that has just crashed, or runs again, is not terminal until the next back-off.
 */
export function troubleOf(pod: Pod): Trouble | undefined {
  if (isTerminating(pod)) return leaving(pod);
  if (isFailed(pod)) return failed(pod);
  if (isRunningAndReady(pod)) return undefined;
  return nodeLost(pod) ?? inContainer(pod) ?? unscheduled(pod) ?? unready(pod);
}

/** How long a terminal trouble lasts before it is believed (ms). */
export const lastingTroubleMs = 5000;

/** Has the pod had a terminal trouble for `lastingTroubleMs`? Not when its time is unknown. */
export function hasLastingTrouble(pod: Pod, nowMs: number): boolean {
  const trouble = troubleOf(pod);
  const since = timeOf(trouble?.since);
  return trouble?.terminal === true && since !== undefined && nowMs - since >= lastingTroubleMs;
}

/** Volumes are provisioned and nodes are added (by an autoscaler) in this time, in ms: until then no node is nothing out of the ordinary. */
const schedulingMs = 120_000;
/** A kubelet ends a pod and tells of it in this time after the grace period, in ms. */
const endingMs = 60_000;

/** When a pod that no node takes, or that does not end, counts as stuck although nobody said that it will stay so; in ms since the epoch. */
export function stuckAt(pod: Pod, { reason, since }: Trouble): number | undefined {
  if (reason === 'Unschedulable') return (timeOf(since) ?? -Infinity) + schedulingMs;
  const graceEnd = reason === 'Terminating' ? timeOf(pod.metadata.deletionTimestamp) : undefined;
  return graceEnd === undefined ? undefined : graceEnd + endingMs;
}

function leaving(pod: Pod): Trouble {
  const since = deletionOf(pod);
  const disruption = conditionOf(pod, 'DisruptionTarget');
  const isLost =
    pod.status?.reason === 'NodeLost' ||
    conditionOf(pod, 'Ready')?.status === 'Unknown' ||
    (disruption?.status === 'True' && disruption.reason === 'DeletionByTaintManager');
  if (!isLost) return { reason: 'Terminating', message: leavingText(pod), since, terminal: false };
  const message = `the pod is to end, but its ${nodeOf(pod)} does not answer: bring it back, delete the Node, or taint it out-of-service`;
  return { reason: 'NodeLost', message, since, terminal: false };
}

function leavingText({ metadata: { finalizers = [] } }: Pod): string {
  if (finalizers.length === 0) return 'waiting for the pod to end';
  return `waiting for the pod to end, and for its finalizer${finalizers.length === 1 ? '' : 's'} ${finalizers.join(', ')}`;
}

// A deletion timestamp is the end of the grace period, not its beginning.
function deletionOf({ metadata }: Pod): string | undefined {
  const { deletionTimestamp, deletionGracePeriodSeconds = 0 } = metadata as Pod['metadata'] & {
    readonly deletionGracePeriodSeconds?: number;
  };
  const end = timeOf(deletionTimestamp);
  return end === undefined ? undefined : rfc3339(end - deletionGracePeriodSeconds * 1000);
}

function failed(pod: Pod): Trouble {
  const { phase, reason, message, containerStatuses = [], initContainerStatuses = [] } = pod.status ?? {};
  const exits = [...initContainerStatuses, ...containerStatuses].flatMap((container) => {
    const exit = exitOf(container.state);
    return exit === undefined ? [] : [`container "${container.name}" ${exit}`];
  });
  const parts = [`the pod has ended as ${phase}`, reason, message, ...exits].filter((part) => part !== undefined);
  return { reason: 'Failed', message: parts.join(': '), since: unreadySince(pod), terminal: true };
}

function nodeLost(pod: Pod): Trouble | undefined {
  const ready = conditionOf(pod, 'Ready');
  const isLost = ready?.status === 'Unknown' || pod.status?.reason === 'NodeLost' || isMarkedUnready(pod, ready);
  if (!isLost) return undefined;
  const message = `${nodeOf(pod)} does not answer; the pod may still run there`;
  return { reason: 'NodeLost', message, since: unreadySince(pod), terminal: false };
}

/**
 * The node lifecycle controller marks the pods of a silent node: Ready is False, without a reason, while the kubelet's last word on every
 * container was that it is ready.
 */
function isMarkedUnready({ status }: Pod, ready: Condition | undefined): boolean {
  const containers = status?.containerStatuses ?? [];
  const isUnexplained = ready?.status === 'False' && (ready.reason ?? '') === '';
  return (
    status?.phase === 'Running' &&
    isUnexplained &&
    containers.length > 0 &&
    containers.every(({ ready }) => ready === true)
  );
}

function inContainer(pod: Pod): Trouble | undefined {
  const trouble = containerTrouble(pod);
  return trouble && { ...trouble, since: later(trouble.since, unreadySince(pod)) };
}

function unscheduled(pod: Pod): Trouble | undefined {
  const scheduled = conditionOf(pod, 'PodScheduled');
  if (scheduled?.status !== 'False') return undefined;
  const message = scheduled.message ?? scheduled.reason ?? 'no node has been found';
  return { reason: 'Unschedulable', message, since: scheduled.lastTransitionTime, terminal: false };
}

function unready(pod: Pod): Trouble | undefined {
  if (pod.status?.phase !== 'Running') return undefined;
  const since = unreadySince(pod);
  const unreadyContainers = (pod.status.containerStatuses ?? []).filter(({ ready }) => ready !== true);
  if (unreadyContainers.length > 0) {
    const message = unreadyContainers
      .map(({ name, restartCount = 0, lastState }) => {
        const exit = exitOf(lastState);
        const past = exit === undefined ? '' : `, its last run ${exit}`;
        return `container "${name}" runs but is not ready (restarted ${restartCount} times${past})`;
      })
      .join('; ');
    return { reason: 'ProbeFailing', message, since, terminal: false };
  }
  const ready = conditionOf(pod, 'Ready');
  if (ready === undefined) return undefined;
  const isGated = ready.reason === 'ReadinessGatesNotReady';
  const message = ready.message ?? ready.reason ?? 'the pod runs but is not Ready';
  return { reason: isGated ? 'ReadinessGate' : 'ProbeFailing', message, since, terminal: false };
}

function nodeOf(pod: Pod): string {
  return pod.spec.nodeName === undefined ? 'node' : `node "${pod.spec.nodeName}"`;
}

function unreadySince(pod: Pod): string | undefined {
  return conditionOf(pod, 'Ready')?.lastTransitionTime ?? pod.status?.startTime ?? pod.metadata.creationTimestamp;
}

function later(a: string | undefined, b: string | undefined): string | undefined {
  return (timeOf(a) ?? 0) > (timeOf(b) ?? 0) ? a : b;
}
