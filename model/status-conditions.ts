import type { Condition, StatefulSet } from './objects.ts';
import type { StatusInput } from './status-input.ts';

interface Counters {
  readonly observedGeneration: number;
  readonly readyReplicas: number;
  readonly availableReplicas: number;
}

type Untimed = Omit<Condition, 'lastTransitionTime'>;

const running = { rollout: 'RollingOut', scale: 'Scaling', repair: 'Repairing', deletion: 'Deleting' } as const;

/**
 * The conditions that Ordinal writes on a set, without their times.
 *
 * - `Available`: as many pods are available as the spec asks for, at whatever revision.
 * - `Ready`: besides, that is all of the newest spec: nothing is left to do.
 * - `Progressing`: an operation is under way, and nothing keeps it from going on by itself.
 * - `Reconciling` and `Stalled`: what kstatus reads. A set that is stuck is Stalled, not Reconciling: kstatus then tells a failure.
 */
export function ownConditions(set: StatefulSet, counters: Counters, progress: StatusInput): readonly Untimed[] {
  const { settled, operation, paused = false, waiting } = progress;
  const desired = set.spec.replicas ?? 1;
  const isObserved = counters.observedGeneration >= (set.metadata.generation ?? 0);
  const isDone = settled && isObserved;
  const isStuck = waiting?.stuck === true && !isDone && !paused;
  const isMoving = !isDone && !isStuck && !paused;
  const story = isDone
    ? { reason: 'Settled', message: 'the set is as its spec asks' }
    : paused
      ? { reason: 'Paused', message: 'the set is paused; changes wait until it is resumed' }
      : (pick(waiting) ?? {
          reason: operation === undefined ? 'Pending' : running[operation],
          message: operation === undefined ? 'waiting to be looked at' : `${operation} in progress`,
        });
  const readyCount = `${counters.readyReplicas} of ${desired} pods are ready`;
  const availableCount = `${counters.availableReplicas} of ${desired} pods are available`;
  return [
    counters.availableReplicas >= desired
      ? { type: 'Available', status: 'True', reason: 'AllAvailable', message: availableCount }
      : { type: 'Available', status: 'False', reason: 'PodsUnavailable', message: availableCount },
    isDone && counters.readyReplicas >= desired
      ? { type: 'Ready', status: 'True', reason: 'Settled', message: readyCount }
      : isDone
        ? { type: 'Ready', status: 'False', reason: 'PodsNotReady', message: readyCount }
        : { type: 'Ready', status: 'False', reason: story.reason, message: `${readyCount}; ${story.message}` },
    { type: 'Progressing', status: truth(isMoving), ...story },
    { type: 'Reconciling', status: truth(isMoving), ...story },
    isStuck
      ? { type: 'Stalled', status: 'True', ...story }
      : { type: 'Stalled', status: 'False', reason: 'NotStuck', message: '' },
  ];
}

function pick(waiting: StatusInput['waiting']): { readonly reason: string; readonly message: string } | undefined {
  return waiting && { reason: waiting.reason, message: waiting.message };
}

function truth(value: boolean): 'True' | 'False' {
  return value ? 'True' : 'False';
}
