import { expect, test } from 'vitest';
import type { Result } from './matrix.ts';
import type { Outcome } from './play.ts';
import { parseCrash } from './point.ts';
import { recovery, table } from './report.ts';
import { scenarios } from './scenarios.ts';

function result(name: string, point: string, outcome: Outcome): Result {
  const scenario = scenarios.find((each) => each.name === name);
  if (scenario === undefined) throw new Error(`no scenario ${name}`);
  return { scenario, crash: parseCrash(point), outcome };
}

const results = [
  result('S1', 'create pod web-sts-0 #1 before', { kind: 'passed', resumedMs: 5_000 }),
  result('S1', 'create pod web-sts-0 #1 after', { kind: 'failed', why: 'a second one', killed: true }),
  result('S1', 'signal web-sts #4 before', { kind: 'missed' }),
  result('S3', 'write status web #1 after', { kind: 'passed', resumedMs: 7_000 }),
  result('S3', 'write status web #2 after', { kind: 'failed', why: 'never set up', killed: false }),
];

test('a row for each scenario and kind of point, and one for all', () => {
  const cells = table(results)
    .split('\n')
    .map((line) =>
      line
        .split('|')
        .map((cell) => cell.trim())
        .filter(Boolean)
        .join(', '),
    );
  expect(cells.filter((_, index) => index !== 1)).toEqual([
    'scenario, point, pairs, killed, passed, failed',
    'S1 ordered start, pod, 2, 2, 1, 1',
    'S1 ordered start, signal, 1, 0, 0, 0',
    'S3 rolling update, status, 2, 1, 1, 1',
    'all, 5, 3, 2, 2',
  ]);
});

test('how soon another went on is told of those that passed', () => {
  expect(recovery(results)).toBe('the next thing was done 7.0 s (median; 5.0 to 7.0 s) after the kill');
  expect(recovery([])).toBe('no pair passed');
});
