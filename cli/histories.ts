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
      const { WorkflowNotFoundError } = await import('@temporalio/client');
      try {
        return { workflowId: run, history: await (await workflows()).getHandle(run).fetchHistory() };
      } catch (error) {
        if (!(error instanceof WorkflowNotFoundError)) throw error;
        throw new CommandError(
          exitCodes.failed,
          `Temporal knows no workflow ${run}, and there is no such file; ordinal runs <set> lists those of a set`,
        );
      }
    },
    async *matching(query) {
      const ours = `(${query}) AND WorkflowType IN (${ourTypes})`;
      yield* (await workflows()).list({ query: ours }).intoHistories();
    },
    async close() {
      if (opened !== undefined) await (await opened).connection.close();
    },
  };
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
