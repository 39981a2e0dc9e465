import { proxyActivities } from '@temporalio/workflow';
import type { OrdinalActivities, OperationEnd, SetInput } from '../../client/activities.ts';

const { rolloutStatefulSet, undoStatefulSet, deleteStatefulSet } = proxyActivities<OrdinalActivities>({
  startToCloseTimeout: '10 minutes',
  heartbeatTimeout: '3s',
  retry: { initialInterval: '100ms' },
  cancellationType: 'WAIT_CANCELLATION_COMPLETED',
});

/** A workflow as a user writes one: rolls an image out, and goes back when it is stuck. */
export async function release(set: SetInput, image: string): Promise<readonly OperationEnd[]> {
  const end = await rolloutStatefulSet({ ...set, image });
  return end.outcome === 'stuck' ? [end, await undoStatefulSet(set)] : [end];
}

export async function remove(set: SetInput): Promise<OperationEnd> {
  return deleteStatefulSet({ ...set, claims: 'Delete' });
}
