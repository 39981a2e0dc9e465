/** Full-jitter back-off in ms: anything between 0 and `baseMs * 2^attempt`, at most `capMs`. The first attempt is 0. */
export function backoff(attempt: number, baseMs = 50, capMs = 2_000): number {
  return Math.random() * Math.min(capMs, baseMs * 2 ** Math.min(attempt, 20));
}
