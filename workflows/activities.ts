import { proxyActivities } from '@temporalio/workflow';
import type { Activities } from '../activities/types.ts';

const retry = { initialInterval: '100ms', backoffCoefficient: 2, maximumInterval: '10s' } as const;

/** Reading, planning and book-keeping: short. */
export const { planNext, complete } = proxyActivities<Activities>({
  startToCloseTimeout: '1 minute',
  heartbeatTimeout: '5s',
  retry,
});

/**
 * Steps wait for pods: their worker is known to be alive by its heartbeats. An operation that is cancelled ends when its steps have: what
 * comes after it finds nobody at work.
 */
export const { settlePods, removePods } = proxyActivities<Activities>({
  startToCloseTimeout: '1 hour',
  heartbeatTimeout: '5s',
  retry,
  // Said to be the default, and is not: unset it arrives as TRY_CANCEL.
  cancellationType: 'WAIT_CANCELLATION_COMPLETED',
});
