import { ContinueAsNew, isCancellation, proxySinks, type Sinks } from '@temporalio/workflow';
import type { OperationInput, OperationResult } from './messages.ts';

/** One run of an operation, as it has ended. The run's ids and its start are told by Temporal. */
export interface EndedOperation extends Pick<OperationInput, 'set' | 'operation' | 'revision'> {
  readonly outcome: OperationResult['outcome'] | 'continued as new' | 'cancelled' | 'failed';
  /** Ordinals settled or removed. */
  readonly done: number;
  /** ms since the epoch. */
  readonly endedAt: number;
  /** Why it failed. */
  readonly error?: string;
}

/** Out of the workflow, once: not again when it is replayed. */
export interface OperationSinks extends Sinks {
  readonly operation: { ended(operation: EndedOperation): void };
}

const { operation: sink } = proxySinks<OperationSinks>();

/** Runs an operation and tells its worker how it ended. */
export async function tellingItsEnd(
  { set, operation, revision, done }: OperationInput,
  run: () => Promise<OperationResult>,
): Promise<OperationResult> {
  const tell = (how: Pick<EndedOperation, 'outcome' | 'done' | 'error'>) =>
    sink.ended({ set, operation, revision, endedAt: Date.now(), ...how });
  try {
    const result = await run();
    tell({ outcome: result.outcome, done: result.done });
    return result;
  } catch (error) {
    if (error instanceof ContinueAsNew) tell({ outcome: 'continued as new', done });
    else if (isCancellation(error)) tell({ outcome: 'cancelled', done });
    else tell({ outcome: 'failed', done, error: error instanceof Error ? error.message : String(error) });
    throw error;
  }
}
