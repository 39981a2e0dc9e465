import type { CompleteInput, NextSteps, PlanNextInput, StepInput, StepResult } from '../workflows/messages.ts';

/** The side effects that workflows may ask for. Each may be run again at any time and finds what an earlier attempt left. */
export interface Activities {
  /** Reads the set, keeps its books (revision, adoption, finalizer), and plans. Undefined when the set is gone. */
  planNext(input: PlanNextInput): Promise<NextSteps | undefined>;
  /** Brings ordinals to Available at a revision: claims, delete, create, wait. */
  settlePods(input: StepInput): Promise<StepResult>;
  /** Removes pods and waits until they are gone. */
  removePods(input: StepInput): Promise<StepResult>;
  /** Makes the update revision the current one, or lets a deleted set go. */
  complete(input: CompleteInput): Promise<void>;
}
