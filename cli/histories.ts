import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { HistoryAndWorkflowId } from '@temporalio/client';
import { workflowTypes } from '../workflows/messages.ts';
import { type ConnectedTemporal, connectTemporal } from '../client/temporal.ts';
import { CommandError, exitCodes, usageError } from './exit.ts';

/** Histories of runs, from files and from Temporal, which is connected to on first need only. */
export interface Histories {
  /** Of a file with JSON (`temporal workflow show --output json`), else of the newest run of the workflow of that id. */
  of(run: string): Promise<HistoryAndWorkflowId>;
  /** Of all runs of our workflows that a visibility query matches. */
  matching(query: string): AsyncIterable<HistoryAndWorkflowId>;
  close(): Promise<void>;
}

const ourTypes = Object.values(workflowTypes)
  .map((type) => `'${type}'`)
  .join(', ');

export function openHistories(payloadKeys: string | undefined): Histories {
  let opened: Promise<ConnectedTemporal> | undefined;
  const workflows = async () => (await (opened ??= connectTemporal(payloadKeys))).client.workflow;
  return {
    async of(run) {
      if (run.endsWith('.json') || existsSync(run)) return fromFile(run);
      try {
        return { workflowId: run, history: await (await workflows()).getHandle(run).fetchHistory() };
      } catch (error) {
        throw refusalOf(error, run);
      }
    },
    async *matching(query) {
      const ours = `(${query}) AND WorkflowType IN (${ourTypes})`;
      try {
        yield* (await workflows()).list({ query: ours }).intoHistories();
      } catch (error) {
        throw refusalOf(error, query);
      }
    },
    async close() {
      if (opened !== undefined) await (await opened).connection.close();
    },
  };
}

/** gRPC's codes for what no repetition mends. */
const [invalidArgument, notFound] = [3, 5];

/** For a person, what Temporal's client throws for a run or a query; the reason may be in what it has wrapped. */
export function refusalOf(error: unknown, asked: string): unknown {
  const { code, details, cause } = (error ?? {}) as { code?: unknown; details?: unknown; cause?: unknown };
  if (code === notFound) {
    return new CommandError(
      exitCodes.failed,
      `Temporal knows no workflow ${asked}, and there is no such file; ordinal runs <set> lists those of a set`,
    );
  }
  if (code === invalidArgument) return usageError(`Temporal does not take ${asked}: ${String(details)}`);
  const why = cause === undefined ? cause : refusalOf(cause, asked);
  return why === cause ? error : why;
}

interface RecordedHistory {
  readonly events?: readonly {
    readonly workflowExecutionStartedEventAttributes?: { readonly workflowId?: string };
  }[];
}

async function fromFile(path: string): Promise<HistoryAndWorkflowId> {
  let history: RecordedHistory;
  try {
    history = JSON.parse(await readFile(path, 'utf8')) as RecordedHistory;
  } catch (error) {
    throw usageError(`cannot read ${path}: ${error instanceof Error ? error.message : String(error)}`);
  }
  const started = history.events?.[0]?.workflowExecutionStartedEventAttributes;
  if (started === undefined)
    throw usageError(`${path} is not the history of a run; temporal workflow show --output json writes one`);
  return { workflowId: started.workflowId ?? path, history };
}
