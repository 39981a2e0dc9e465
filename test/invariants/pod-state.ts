import type { Life } from './lives.ts';
import type { Pod } from './objects.ts';

/** Waiting reasons that no further waiting mends. */
const terminalReasons = new Set([
  'CrashLoopBackOff',
  'ImagePullBackOff',
  'ErrImagePull',
  'ErrImageNeverPull',
  'InvalidImageName',
  'ImageInspectError',
  'RegistryUnavailable',
  'CreateContainerConfigError',
  'CreateContainerError',
  'RunContainerError',
]);

export function isTerminating(pod: Pod): boolean {
  return pod.metadata.deletionTimestamp !== undefined;
}

/** Failed or Succeeded: it will not run again and must be replaced. */
export function isTerminal(pod: Pod): boolean {
  return pod.status?.phase === 'Failed' || pod.status?.phase === 'Succeeded';
}

/** Running, and the condition Ready is True. */
export function isReady(pod: Pod): boolean {
  return pod.status?.phase === 'Running' && readyCondition(pod)?.status === 'True';
}

/**
 * Ready, not terminating, and Ready for `minReadySeconds` at the time `at` (ms). Transition times have a resolution of one second and are
 * cut, not rounded, so this is lenient by up to a second.
 */
export function isAvailable(pod: Pod, at: number, minReadySeconds: number): boolean {
  if (!isReady(pod) || isTerminating(pod)) return false;
  if (minReadySeconds === 0) return true;
  const since = readyCondition(pod)?.lastTransitionTime;
  return since === undefined || Date.parse(since) + minReadySeconds * 1000 <= at;
}

/** Never Ready in its whole life before the event `rv`, or waiting with a terminal reason. */
export function isBroken(life: Life<Pod>, rv: number): boolean {
  const versions = life.versions.filter((version) => version.rv < rv);
  if (!versions.some(({ object }) => isReady(object))) return true;
  const status = versions.at(-1)?.object.status;
  return [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])].some((container) =>
    terminalReasons.has(container.state?.waiting?.reason ?? ''),
  );
}

export function revisionOf(pod: Pod): string | undefined {
  return pod.metadata.labels?.['controller-revision-hash'];
}

/** The uid of the set that controls the pod. */
export function controllerOf(pod: Pod): string | undefined {
  return pod.metadata.ownerReferences?.find((owner) => owner.kind === 'StatefulSet' && owner.controller === true)?.uid;
}

/** 7 for `web-7`; undefined when it is not a pod name of the set. */
export function ordinalOf(podName: string, setName: string): number | undefined {
  if (!podName.startsWith(`${setName}-`)) return undefined;
  const digits = podName.slice(setName.length + 1);
  return /^(0|[1-9]\d*)$/.test(digits) ? Number(digits) : undefined;
}

function readyCondition(pod: Pod) {
  return pod.status?.conditions?.find((condition) => condition.type === 'Ready');
}
