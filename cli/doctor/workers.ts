import type { ConnectedTemporal } from '../../client/temporal.ts';
import { taskQueueOf } from '../../workflows/messages.ts';
import { failed, type Finding, ok } from './finding.ts';
import { activityQueue, workflowQueue } from './temporal-server.ts';
import { msOf } from './time.ts';

/** A worker asks for work at least once a minute. */
const lostAfterMs = 90_000;

/** The workers that ask for the work of this cluster. Both clocks are Temporal's own. */
export async function checkWorkers(
  { connection }: ConnectedTemporal,
  namespace: string,
  cluster: string,
): Promise<Finding> {
  const check = 'workers';
  const name = taskQueueOf(cluster);
  const seen = await Promise.all(
    [workflowQueue, activityQueue].map(async (taskQueueType) => {
      const { pollers } = await connection.workflowService.describeTaskQueue({
        namespace,
        taskQueue: { name },
        taskQueueType,
      });
      const latest = Math.max(0, ...(pollers ?? []).map(({ lastAccessTime }) => msOf(lastAccessTime)));
      const alive = (pollers ?? []).filter(({ lastAccessTime }) => msOf(lastAccessTime) > latest - lostAfterMs);
      return new Set(alive.map(({ identity }) => identity ?? 'unknown'));
    }),
  );
  const [workflows, activities] = [seen[0] ?? new Set(), seen[1] ?? new Set()];
  const both = [...workflows].filter((identity) => activities.has(identity));
  if (both.length > 0) return ok(check, `${both.length} on task queue ${name}: ${both.join(', ')}`);
  return failed(
    check,
    `none asks for work on task queue ${name} of namespace ${namespace}`,
    'start workers with this TEMPORAL_ADDRESS and TEMPORAL_NAMESPACE, for this cluster: ordinal install, or ordinal worker',
  );
}
