import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import type { Run } from '../../bench/compare.ts';
import type { Measured } from '../../bench/measured.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

async function bench<T>(...args: readonly string[]): Promise<T> {
  const { stdout } = await promisify(execFile)('npm', ['run', '--silent', 'bench', '--', ...args, '--json'], {
    cwd: root,
    maxBuffer: 2 ** 24,
  });
  return JSON.parse(stdout) as T;
}

test("a comparison tells each system's time, processor time and writes", { timeout: 180_000 }, async () => {
  const runs = await bench<readonly Run[]>('--scenario', 'd', '--size', '3', '--system', 'raised-json,ordinal');
  expect(runs.map(({ scenario, system }) => `${scenario} ${system}`)).toEqual(['d raised-json', 'd ordinal']);
  for (const { seconds, podsPerSecond, calls, system } of runs) {
    expect(seconds).toBeGreaterThan(0);
    expect(podsPerSecond).toBeCloseTo(3 / (seconds ?? 0));
    expect([system, calls['create']]).toEqual([system, expect.any(Number)]);
    expect(calls['delete']).toBe(3);
  }
});

test('what does not end within its limit is told so, and is given up', { timeout: 120_000 }, async () => {
  const runs = await bench<readonly Run[]>('--scenario', 'f', '--system', 'raised');
  expect(runs.map(({ system, limit, seconds }) => ({ system, limit, seconds }))).toEqual([
    { system: 'raised', limit: 10, seconds: undefined },
  ]);
});

test('the floor tells what workflows cost in which nothing happens', { timeout: 120_000 }, async () => {
  const measured = await bench<readonly Measured[]>('floor', '--sets', '2', '--repeat', '1');
  expect(measured.map(({ unit }) => unit)).toEqual(['s', 'ms', 'ms']);
  for (const { spread } of measured) expect(spread.median).toBeGreaterThan(0);
});
