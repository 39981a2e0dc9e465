import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { longTimer } from './long-timer.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }));
afterEach(() => void vi.useRealTimers());

const hour = 3_600_000;

it.each([0, 1, hour, 600 * hour, 2_000 * hour])('fires after %i ms, not before', (ms) => {
  const done = vi.fn();
  longTimer(done, ms);
  vi.advanceTimersByTime(Math.max(ms - 1, 0));
  expect(done).toHaveBeenCalledTimes(ms === 0 ? 1 : 0);
  vi.advanceTimersByTime(1);
  expect(done).toHaveBeenCalledTimes(1);
});

it('never fires after Infinity, nor once it is stopped', () => {
  const done = vi.fn();
  longTimer(done, Infinity);
  const stop = longTimer(done, 1_500 * hour);
  vi.advanceTimersByTime(700 * hour);
  stop();
  vi.advanceTimersByTime(10_000 * hour);
  expect(done).not.toHaveBeenCalled();
});
