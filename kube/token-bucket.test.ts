import { expect, test } from 'vitest';
import { TokenBucket } from './token-bucket.ts';

test('lets the burst through at once, then one each 1/qps', () => {
  let now = 0;
  const bucket = new TokenBucket(10, 2, () => now);
  expect([bucket.reserve(), bucket.reserve(), bucket.reserve(), bucket.reserve()]).toEqual([0, 0, 100, 200]);
  now = 1_000;
  expect(bucket.reserve()).toBe(0);
});

test('never saves up more than the burst', () => {
  let now = 0;
  const bucket = new TokenBucket(10, 1, () => now);
  now = 60_000;
  expect([bucket.reserve(), bucket.reserve()]).toEqual([0, 100]);
});

test('who gives up gives his token back', async () => {
  const bucket = new TokenBucket(1, 1, () => 0);
  await bucket.take();
  const controller = new AbortController();
  const waiting = bucket.take(controller.signal);
  controller.abort(new Error('enough'));
  await expect(waiting).rejects.toThrow('enough');
  expect(bucket.reserve()).toBe(1_000);
});
