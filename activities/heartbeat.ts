import { Context } from '@temporalio/activity';

/** Each heartbeat is a write on the server; the heartbeat timeout is 5 s. */
const everyMs = 2000;

/** Runs `work` and tells the server every 2 s that it is alive and what it is at. */
export async function heartbeating<T>(what: string, work: (say: (what: string) => void) => Promise<T>): Promise<T> {
  const context = Context.current();
  let at = what;
  const timer = setInterval(() => context.heartbeat(at), everyMs);
  try {
    return await work((now) => (at = now));
  } finally {
    clearInterval(timer);
  }
}

/** Aborts when the activity is cancelled, when its worker shuts down, or when the server has given up on it. */
export function cancellation(): AbortSignal {
  return Context.current().cancellationSignal;
}
