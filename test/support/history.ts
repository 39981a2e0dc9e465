import { Client, Connection } from '@temporalio/client';
import type { temporal } from '@temporalio/proto';
import { waitUntil } from '../../sandbox/processes/wait-until.ts';
import type { Target } from './target.ts';

type HistoryEvent = temporal.api.history.v1.IHistoryEvent;

/** One run of a workflow, with all that is on record of it. */
export interface Run {
  readonly id: string;
  readonly runId: string;
  readonly type: string;
  readonly status: string;
  readonly events: readonly HistoryEvent[];
}

/** How a run stands by its last event: what the list of workflows says of it may be some time behind. */
export function statusOf(events: readonly HistoryEvent[]): string {
  const last = kindOf(events.at(-1)) ?? '';
  const end = /^workflowExecution(Completed|Failed|Terminated|Canceled|TimedOut|ContinuedAsNew)$/.exec(last);
  return end?.[1] ?? 'Running';
}

/** Every workflow run of the sets of one namespace that began at `since` (ms since the epoch) or later, oldest first. */
export async function runsOf(target: Target, namespace: string, since = 0): Promise<readonly Run[]> {
  const connection = await Connection.connect({ address: target.temporalAddress });
  try {
    const client = new Client({ connection, namespace: target.temporalNamespace });
    const query = `OrdinalNamespace = '${namespace}' AND StartTime >= '${new Date(since).toISOString()}'`;
    const runs: Run[] = [];
    let nextPageToken: Uint8Array | null | undefined;
    do {
      // As it is stored: the client's own list decodes memos, and those may be encrypted.
      const page = await connection.workflowService.listWorkflowExecutions({
        namespace: target.temporalNamespace,
        query,
        ...(nextPageToken && { nextPageToken }),
      });
      for (const { execution, type } of page.executions) {
        const [id, runId] = [execution?.workflowId ?? '', execution?.runId ?? ''];
        const { events } = await client.workflow.getHandle(id, runId).fetchHistory();
        runs.push({ id, runId, type: type?.name ?? '', status: statusOf(events ?? []), events: events ?? [] });
      }
      ({ nextPageToken } = page);
    } while (nextPageToken.length > 0);
    const startOf = ({ events: [first] }: Run) => (first === undefined ? 0 : timeOf(first));
    return runs.sort((a, b) => startOf(a) - startOf(b));
  } finally {
    await connection.close();
  }
}

/** Runs that are not the entity itself. */
export function operations(runs: readonly Run[]): readonly Run[] {
  return runs.filter(({ type }) => type !== 'statefulSet');
}

/**
 * The operations of the sets of one namespace, when there are `count` and each has ended: the status of a set settles before its run has told
 * Temporal, and Temporal lists a run a moment after it began.
 */
export function endedOperations(
  { target, namespace }: { readonly target: Target; readonly namespace: string },
  count: number,
): Promise<readonly Run[]> {
  return waitUntil(
    `${count} operations have ended`,
    async () => {
      const runs = operations(await runsOf(target, namespace));
      return runs.length >= count && runs.every(({ status }) => status !== 'Running') && runs;
    },
    { timeoutMs: 60_000, everyMs: 250 },
  );
}

/** What an event tells of, for example `activityTaskScheduled`. */
export function kindOf(event: HistoryEvent | undefined): string | undefined {
  const filled = Object.entries(event ?? {}).find(([key, value]) => key.endsWith('EventAttributes') && value !== null);
  return filled?.[0].replace('EventAttributes', '');
}

/** Runs, has begun, and asks nothing of any worker: it costs nothing until something wakes it. */
export function isParked({ status, events }: Run): boolean {
  const kinds = events.map(kindOf);
  const count = (...of: readonly string[]) => kinds.filter((kind) => of.includes(kind ?? '')).length;
  const isOver = (task: string) =>
    count(`${task}Scheduled`) === count(...['Completed', 'Failed', 'TimedOut', 'Canceled'].map((end) => task + end));
  return status === 'Running' && events.length > 5 && isOver('workflowTask') && isOver('activityTask');
}

/** When an event was written, ms since the epoch. */
function timeOf({ eventTime }: HistoryEvent): number {
  return Number(eventTime?.seconds ?? 0) * 1_000 + (eventTime?.nanos ?? 0) / 1e6;
}

/** Runs of operations that overlap in time: there may never be one. */
export function overlapping(runs: readonly Run[]): readonly string[] {
  const spans = operations(runs)
    .map(({ id, status, events }) => {
      const [first, last] = [events[0], events.at(-1)];
      const end = status === 'Running' || last === undefined ? Infinity : timeOf(last);
      return { id, from: first === undefined ? 0 : timeOf(first), to: end };
    })
    .sort((a, b) => a.from - b.from);
  return spans.flatMap((span, index) => {
    const before = spans[index - 1];
    return before !== undefined && before.to > span.from ? [`${before.id} and ${span.id}`] : [];
  });
}
