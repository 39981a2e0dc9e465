import type { ContainerState, ContainerStatus, Pod } from './objects.ts';

/** Why a container keeps its pod from getting Ready. */
export interface ContainerTrouble {
  readonly reason: 'ImagePull' | 'CrashLoop' | 'ConfigError';
  readonly message: string;
  /** RFC 3339; when its last run ended, where that is known. */
  readonly since?: string;
  readonly terminal: boolean;
}

const imageReasons = new Set([
  'ErrImagePull',
  'ImagePullBackOff',
  'InvalidImageName',
  'ErrImageNeverPull',
  'ImageInspectError',
  'RegistryUnavailable',
  'SignatureValidationFailed',
]);
const configReasons = new Set([
  'CreateContainerConfigError',
  'CreateContainerError',
  'RunContainerError',
  'PreCreateHookError',
  'PreStartHookError',
  'PostStartHookError',
]);
// A registry that answers like this answers so the next time: no need to wait for the back-off.
const finalAnswer = /not found|manifest unknown|denied|unauthorized|forbidden|no match for platform/i;

/** The first container, init containers before the others, that is in trouble; undefined while all start, run or are done. */
export function containerTrouble(pod: Pod): ContainerTrouble | undefined {
  const { initContainerStatuses = [], containerStatuses = [] } = pod.status ?? {};
  for (const container of initContainerStatuses) {
    const trouble = troubleIn(container, `init container "${container.name}"`, pod);
    if (trouble !== undefined) return trouble;
  }
  for (const container of containerStatuses) {
    const trouble = troubleIn(container, `container "${container.name}"`, pod);
    if (trouble !== undefined) return trouble;
  }
  return undefined;
}

/** How a run of a container ended, for a person; undefined when it ended well or has not ended. */
export function exitOf(state: ContainerState | undefined): string | undefined {
  const { exitCode = 0, reason, message } = state?.terminated ?? {};
  if (exitCode === 0 && (reason === undefined || reason === 'Completed')) return undefined;
  const why = reason === undefined || reason === 'Error' ? '' : ` (${reason})`;
  return `exited with code ${exitCode}${why}${said(message)}`;
}

function troubleIn(container: ContainerStatus, title: string, pod: Pod): ContainerTrouble | undefined {
  const { waiting, terminated } = container.state ?? {};
  const reason = waiting?.reason ?? '';
  const end = terminated ?? container.lastState?.terminated;
  const since = end?.finishedAt;
  if (imageReasons.has(reason)) {
    const terminal = reason !== 'ErrImagePull' || finalAnswer.test(waiting?.message ?? '');
    const message = `${title}: cannot pull image ${imageOf(container, pod)}: ${reason}${said(waiting?.message)}`;
    return { reason: 'ImagePull', message, terminal };
  }
  if (configReasons.has(reason)) {
    return { reason: 'ConfigError', message: `${title}: ${reason}${said(waiting?.message)}`, since, terminal: true };
  }
  const restarts = `restarted ${container.restartCount ?? 0} times`;
  if (reason === 'CrashLoopBackOff') {
    const end = exitOf(container.lastState) ?? 'ends again and again, though without an error';
    return { reason: 'CrashLoop', message: `${title}: ${end}; ${restarts}`, since, terminal: true };
  }
  const exit = exitOf(container.state);
  if (exit !== undefined) {
    return { reason: 'CrashLoop', message: `${title}: ${exit}; ${restarts}`, since, terminal: false };
  }
  return undefined;
}

function imageOf(container: ContainerStatus, pod: Pod): string {
  const specs = [
    ...(pod.spec.containers ?? []),
    ...((pod.spec['initContainers'] ?? []) as typeof pod.spec.containers & {}),
  ];
  return specs.find(({ name }) => name === container.name)?.image ?? container.image ?? '';
}

function said(message: string | undefined): string {
  const text = (message ?? '').trim();
  return text === '' ? '' : `: ${text}`;
}
