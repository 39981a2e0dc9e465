import { CancellationScope, patched, proxyActivities, proxyLocalActivities } from '@temporalio/workflow';
import type { Activities } from '../activities/types.ts';

const retry = { initialInterval: '100ms', backoffCoefficient: 2, maximumInterval: '10s' } as const;

const within = proxyLocalActivities<Activities>({ startToCloseTimeout: '2s', retry: { maximumAttempts: 1 } });
const beside = proxyActivities<Activities>({ startToCloseTimeout: '1 minute', heartbeatTimeout: '5s', retry });

/** Reading, planning and book-keeping: short, and as a rule over within the workflow task that asks for it. */
export const planNext = atOnce(within.planNext, beside.planNext);
export const complete = atOnce(within.complete, beside.complete);

/**
 * Steps wait for pods: their worker is known to be alive by its heartbeats. An operation that is cancelled ends when its steps have: what
 * comes after it finds nobody at work.
 */
export const { settlePods, removePods } = proxyActivities<Activities>({
  // A step may have 32 ordinals that are Ready after many minutes each.
  startToCloseTimeout: '12 hours',
  heartbeatTimeout: '5s',
  retry,
  // Said to be the default, and is not: unset it arrives as TRY_CANCEL.
  cancellationType: 'WAIT_CANCELLATION_COMPLETED',
});

type Call<Input, Result> = (input: Input) => Promise<Result>;

/**
 * Tries it once as a local activity, which costs the server no task of its own. What fails there or takes too long, because a server
 * does not answer or there is much to do, goes on as an activity like any other, with heartbeats and retries, where people see why it
 * takes so long.
 */
function atOnce<Input, Result>(local: Call<Input, Result>, regular: Call<Input, Result>): Call<Input, Result> {
  return async (input) => {
    if (!patched('at-once')) return regular(input);
    try {
      return await local(input);
    } catch (error) {
      // A worker that stops cancels it as well; that is no cancellation of the workflow.
      if (CancellationScope.current().consideredCancelled) throw error;
      return regular(input);
    }
  };
}
