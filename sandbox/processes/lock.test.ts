import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { acquireLock, LockHeldError, readHolder, waitForLock } from './lock.ts';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'lock-'))));
afterEach(() => rmSync(folder, { recursive: true }));

test('a held lock is refused with its holder, a released one is free and leaves nothing behind', () => {
  const path = join(folder, 'lock');
  const lock = acquireLock(path);
  expect(() => acquireLock(path)).toThrow(LockHeldError);
  expect(readHolder(path)?.pid).toBe(process.pid);
  lock.release();
  acquireLock(path).release();
  expect(readdirSync(folder)).toEqual([]);
});

test('the lock of a process that no longer runs is taken over', () => {
  const path = join(folder, 'lock');
  writeFileSync(path, JSON.stringify({ pid: process.pid, startTime: 'long ago' }));
  const lock = acquireLock(path);
  expect(readHolder(path)?.startTime).not.toBe('long ago');
  lock.release();
  expect(existsSync(path)).toBe(false);
});

test('whoever waits for a lock gets it when it is released', async () => {
  const path = join(folder, 'lock');
  const first = acquireLock(path);
  const told: number[] = [];
  const second = waitForLock(path, (holder) => {
    told.push(holder.pid);
    first.release();
  });
  (await second).release();
  expect(told).toEqual([process.pid]);
});
