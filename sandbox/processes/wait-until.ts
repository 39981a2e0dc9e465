import { setTimeout as sleep } from 'node:timers/promises';

/** A condition did not come true in time. */
class TimedOutError extends Error {
  constructor(what: string, timeoutMs: number, last?: unknown) {
    super(`${what}: not within ${timeoutMs / 1000} s${last instanceof Error ? ` (${last.message})` : ''}`);
    this.name = 'TimedOutError';
  }
}

/**
 * Asks `condition` every `everyMs` until it gives something other than undefined or false, and returns that. An error
 * that it throws counts as "not yet", and is told when the time is up.
 */
export async function waitUntil<T>(
  what: string,
  condition: () => Promise<T | undefined | false> | T | undefined | false,
  { timeoutMs = 30_000, everyMs = 25 }: { readonly timeoutMs?: number; readonly everyMs?: number } = {},
): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  let last: unknown;
  for (;;) {
    try {
      const value = await condition();
      if (value !== undefined && value !== false) return value;
      last = undefined;
    } catch (error) {
      if (error instanceof FatalError) throw error;
      last = error;
    }
    if (Date.now() > deadline) throw new TimedOutError(what, timeoutMs, last);
    await sleep(everyMs);
  }
}

/** Thrown by a condition of `waitUntil` that can no longer come true. */
export class FatalError extends Error {
  override readonly name = 'FatalError';
}
