import { setTimeout as sleep } from 'node:timers/promises';
import { advice } from '../../install/search-attributes.ts';
import type { ConnectedTemporal } from '../../client/temporal.ts';
import { searchAttributes } from '../../workflows/search-attributes.ts';
import { clockFinding } from './clocks.ts';
import { failed, type Finding, ok, skipped, warning } from './finding.ts';
import { msOf } from './time.ts';

const dayMs = 86_400_000;
/** Whoever looks for the cause of something that began last week should find its history. */
const shortRetentionMs = 7 * dayMs;
/** A queue that nobody else uses. */
const queue = 'ordinal-doctor';
/** How long it may take to be seen to poll, in ms. */
const pollMs = 5_000;

export async function checkServer({ connection }: ConnectedTemporal, address: string): Promise<Finding> {
  const { serverVersion } = await connection.workflowService.getSystemInfo({});
  return ok('Temporal', `${serverVersion || 'a server that does not tell its version'} at ${address}`);
}

/** Whether the namespace is there, and for how long it keeps what is over. */
export async function checkNamespace({ connection }: ConnectedTemporal, namespace: string): Promise<Finding> {
  const check = 'Temporal namespace';
  try {
    const { config } = await connection.workflowService.describeNamespace({ namespace });
    const ms = msOf(config?.workflowExecutionRetentionTtl);
    const text = `${namespace} keeps runs for ${(ms / dayMs).toFixed(1)} days after their end`;
    if (ms >= shortRetentionMs) return ok(check, text);
    return warning(
      check,
      text,
      `temporal operator namespace update --namespace ${namespace} --retention 90d, to look further back; sets do not need it`,
    );
  } catch (error) {
    if (!isNotFound(error)) throw error;
    return failed(
      check,
      `${namespace} does not exist`,
      `temporal operator namespace create --namespace ${namespace} --retention 90d, or set TEMPORAL_NAMESPACE`,
    );
  }
}

export async function checkSearchAttributes({ connection }: ConnectedTemporal, namespace: string): Promise<Finding> {
  const check = 'search attributes';
  const names = Object.values(searchAttributes).map(({ name }) => name);
  try {
    const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
    const missing = names.filter((name) => customAttributes[name] === undefined);
    if (missing.length === 0) return ok(check, `all ${names.length} are known`);
    return warning(
      check,
      `${missing.join(', ')} are not known; workers add them, if they may`,
      advice(namespace, missing),
    );
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return skipped(check, 'this Temporal does not tell them');
  }
}

/**
 * Compares its clock with this machine's. A server tells the time of nothing but what happens in it: that of a poll of ours, which finds nothing.
 * `clock` in ms since the epoch.
 */
export async function checkClock(
  { connection }: ConnectedTemporal,
  namespace: string,
  clock: () => number,
): Promise<Finding> {
  const identity = `doctor-${process.pid}-${Math.random().toString(36).slice(2, 8)}`;
  const { workflowService } = connection;
  const taskQueue = { name: queue };
  const before = clock();
  const ending = new AbortController();
  let refusal: unknown;
  const poll = connection
    .withDeadline(Date.now() + pollMs, () =>
      connection.withAbortSignal(ending.signal, () =>
        workflowService.pollActivityTaskQueue({ namespace, taskQueue, identity }),
      ),
    )
    .catch((error: unknown) => (refusal = error));
  try {
    for (
      const until = performance.now() + pollMs;
      performance.now() < until && refusal === undefined;
      await sleep(20)
    ) {
      const { pollers } = await workflowService.describeTaskQueue({
        namespace,
        taskQueue,
        taskQueueType: activityQueue,
      });
      const seen = pollers?.find((poller) => poller.identity === identity)?.lastAccessTime;
      if (seen) return clockFinding('Temporal', msOf(seen), { before, after: clock(), resolutionMs: 0 });
    }
    const why = refusal instanceof Error ? `: ${refusal.message}` : '';
    return skipped('clock of Temporal', `it does not tell its time${why}`);
  } finally {
    ending.abort();
    await poll;
  }
}

/** As Temporal's API numbers them. */
export const workflowQueue = 1;
export const activityQueue = 2;

function codeOf(error: unknown): number {
  return Number((error as { readonly code?: unknown }).code);
}

function isNotFound(error: unknown): boolean {
  return codeOf(error) === 5;
}

/** PERMISSION_DENIED or UNIMPLEMENTED. */
function isRefusal(error: unknown): boolean {
  return [7, 12].includes(codeOf(error));
}
