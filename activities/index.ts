import { completeOperation } from './complete.ts';
import type { Dependencies } from './dependencies.ts';
import { planNext } from './plan-next.ts';
import { runStep } from './run-step.ts';
import type { Activities } from './types.ts';

/** The activities of a worker, by the names that workflows know them under. */
export function createActivities(dependencies: Dependencies): Activities {
  return {
    planNext: (input) => planNext(dependencies, input),
    settlePods: (input) => runStep(dependencies, input),
    removePods: (input) => runStep(dependencies, input),
    complete: (input) => completeOperation(dependencies, input),
  };
}
