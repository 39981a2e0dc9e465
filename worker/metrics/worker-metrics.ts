import { Counter } from './counter.ts';
import type { Family } from './exposition.ts';
import { Histogram } from './histogram.ts';
import { WakeLag } from './wake-lag.ts';

/** Where the buckets of a step, or of a pod's start, end, in seconds: from a simulated pod to one that pulls a large image. */
const stepSeconds = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30, 60, 120, 300, 600, 1800];

/** What is counted as it happens. */
export interface WorkerMetrics {
  readonly steps: Counter;
  readonly stepSeconds: Histogram;
  readonly podWaitSeconds: Histogram;
  readonly wakes: WakeLag;
  readonly repairedPods: Counter;
  /** Whether Temporal was there when it was last asked. Only the holder of the lease asks. */
  temporalIsOut: boolean;
  read(): readonly Family[];
}

/** `stopwatch` in ms since some moment. */
export function createWorkerMetrics(stopwatch: () => number): WorkerMetrics {
  const steps = new Counter(
    'ordinal_steps_total',
    'Attempts of steps that have ended, by verb (settle, remove) and outcome (settled, waiting, stuck, stale, failed).',
  );
  const duration = new Histogram(
    'ordinal_step_duration_seconds',
    'Time that an attempt of a step took, its waiting for its turn and for pods included.',
    stepSeconds,
  );
  const podWaitSeconds = new Histogram(
    'ordinal_pod_wait_seconds',
    'Time from the creation of a pod by a step until it was available: Ready for minReadySeconds.',
    stepSeconds,
  );
  const wakes = new WakeLag(stopwatch);
  const repairedPods = new Counter(
    'ordinal_repaired_pods_total',
    'Pods that were created anew while Temporal could not be reached.',
    [{}],
  );
  return {
    steps,
    stepSeconds: duration,
    podWaitSeconds,
    wakes,
    repairedPods,
    temporalIsOut: false,
    read() {
      return [
        steps.read(),
        duration.read(),
        podWaitSeconds.read(),
        ...wakes.read(),
        repairedPods.read(),
        {
          name: 'ordinal_temporal_unreachable',
          type: 'gauge',
          help: 'Whether Temporal does not answer the holder of the lease: 1 while lost pods are repaired without it.',
          samples: [{ value: this.temporalIsOut ? 1 : 0 }],
        },
      ];
    },
  };
}
