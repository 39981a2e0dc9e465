import type { ConnectedTemporal } from '../../client/temporal.ts';
import { type Finding, ok, skipped, warning } from './finding.ts';
import { median, msOf } from './time.ts';

/** A server as it comes hands out some 20 tasks a second of one workflow: about 50 ms each. */
const slowMs = 40;
const mostRuns = 3;
const fewestTasks = 5;

/**
 * How long the last operations waited for Temporal to hand out their tasks. That is where its limits on internal queues show, which nobody but
 * its operator can read.
 */
export async function checkPace({ client }: ConnectedTemporal, cluster: string): Promise<Finding> {
  const check = 'pace of Temporal';
  const query = `OrdinalCluster = '${cluster}' AND ExecutionStatus = 'Completed'`;
  const waits: number[] = [];
  let runs = 0;
  for await (const { workflowId, runId } of client.workflow.list({ query, pageSize: mostRuns })) {
    const { events } = await client.workflow.getHandle(workflowId, runId).fetchHistory();
    waits.push(...waitsOf(events ?? []));
    if (++runs >= mostRuns) break;
  }
  if (waits.length < fewestTasks) return skipped(check, 'no operation has ended yet that it could be read from');
  const ms = median(waits);
  const text = `a task waits ${ms.toFixed(0)} ms until it is handed out (median of ${waits.length} in the last ${runs} operations)`;
  if (ms < slowMs) return ok(check, text);
  return warning(
    check,
    text,
    'raise history.transferProcessorMaxPollRPS in the dynamic configuration of Temporal, or start more workers where these are busy',
  );
}

type Events = NonNullable<
  Awaited<ReturnType<ReturnType<ConnectedTemporal['client']['workflow']['getHandle']>['fetchHistory']>>['events']
>;

/** From being scheduled to being taken, of each task of the workflow, in ms. */
function waitsOf(events: Events): readonly number[] {
  const scheduled = new Map(events.map(({ eventId, eventTime }) => [String(eventId), msOf(eventTime)]));
  return events.flatMap(({ eventTime, workflowTaskStartedEventAttributes: started }) => {
    const since = started ? scheduled.get(String(started.scheduledEventId)) : undefined;
    return since === undefined ? [] : [msOf(eventTime) - since];
  });
}
