import type { Lease } from '../kube/lease.ts';
import { pause } from './retrying.ts';

/** What a start on a healthy day may take, in ms: nobody contends for the lease before. */
const patienceMs = 1_000;
/** How long the lease is kept in one go, in ms: a worker that has its Temporal is to have it soon, and keeps it. */
const turnMs = 30_000;

/**
 * Waits for Temporal, which a worker that starts may find gone. Until it is there the worker takes part in the election for the duties that
 * need no Temporal. Nobody else may be alive who would, for example when a node took Temporal's own database and all workers with it.
 */
export async function untilConnected<T>(
  connected: Promise<T>,
  lease: Lease,
  duties: (held: AbortSignal) => Promise<unknown>,
  signal: AbortSignal,
): Promise<T> {
  const isSoon = await Promise.race([connected.then(() => true), pause(patienceMs, signal).then(() => false)]);
  if (isSoon) return connected;
  const elected = lease.run(async (held) => void (await duties(AbortSignal.any([held, AbortSignal.timeout(turnMs)]))));
  try {
    return await connected;
  } finally {
    await lease.stop();
    await elected;
  }
}
