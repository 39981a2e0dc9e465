/** Repeats until it works, with a back-off from 0.5 s to 2 s, and says each time what is in the way. Rejects with the signal's reason. */
export async function retrying<T>(
  attempt: () => Promise<T>,
  signal: AbortSignal,
  tell: (error: unknown, nextMs: number) => void,
): Promise<T> {
  for (let waitMs = 500; ; waitMs = Math.min(waitMs * 2, 2_000)) {
    signal.throwIfAborted();
    try {
      return await attempt();
    } catch (error) {
      tell(error, waitMs);
    }
    await pause(waitMs, signal);
  }
}

/** Waits, and no longer than until the signal is aborted. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done, { once: true });
    function done(): void {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    }
  });
}

/** Waits until the signal is aborted. */
export function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
