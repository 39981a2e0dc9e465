import type { ActivityInterceptorsFactory } from '@temporalio/worker';
import type { CompleteInput, PlanNextInput, StepInput, StepResult } from '../workflows/messages.ts';
import type { WorkerMetrics } from './metrics/worker-metrics.ts';

/** What activities are handed, one of these. */
type Input = PlanNextInput & Partial<Pick<StepInput, 'step'> & Pick<CompleteInput, 'operation'>>;

/**
 * Around every activity: its log lines say which set, verb and ordinals it is about (Temporal's SDK adds the ids of workflow and run), and
 * steps are counted, timed and logged when they end.
 */
export function stepInterceptor(metrics: WorkerMetrics, stopwatch: () => number): ActivityInterceptorsFactory {
  return (context) => {
    let about: Readonly<Record<string, unknown>> = {};
    return {
      inbound: {
        async execute(input, next) {
          const [{ set, step, operation }] = input.args as [Input];
          about = {
            set: `${set.namespace}/${set.name}`,
            api: set.flavour,
            ...(step && { verb: step.verb, ordinals: step.ordinals, revision: step.revision }),
            ...(operation && { operation }),
          };
          if (step === undefined) return next(input);
          const began = stopwatch();
          let outcome: StepResult['outcome'] | 'failed' = 'failed';
          try {
            const result = (await next(input)) as StepResult;
            outcome = result.outcome;
            const { why, waiting } = result;
            const seconds = (stopwatch() - began) / 1_000;
            context.log.info(`step ${outcome}`, { seconds, ...(why && { why }), ...(waiting && { waiting }) });
            return result;
          } finally {
            metrics.steps.add(1, { verb: step.verb, outcome });
            metrics.stepSeconds.observe((stopwatch() - began) / 1_000, { verb: step.verb });
          }
        },
      },
      outbound: {
        getLogAttributes(input, next) {
          // The token is of no use to a person, and to whoever has it the right to end the activity.
          const { taskToken: _, ...attributes } = next(input);
          return { ...attributes, ...about };
        },
      },
    };
  };
}
