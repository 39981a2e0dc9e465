import { expect, test } from 'vitest';
import type { Pair } from './matrix.ts';
import { kindOf, parseCrash } from './point.ts';
import { sample, seedOf } from './sample.ts';
import { scenarios } from './scenarios.ts';

const labels = ['create pod web-0', 'write status web', 'signal web', 'start planNext web', 'complete planNext web'];
const pairs: readonly Pair[] = scenarios.flatMap((scenario) =>
  labels.flatMap((label) => [1, 2, 3].map((hit) => ({ scenario, crash: parseCrash(`${label} #${hit} after`) }))),
);

test('the same seed chooses the same pairs, another seed others', () => {
  expect(sample(pairs, 8, 'a')).toEqual(sample(pairs, 8, 'a'));
  expect(sample(pairs, 8, 'a')).not.toEqual(sample(pairs, 8, 'b'));
});

test('every scenario has its share, of different kinds', () => {
  const chosen = sample(pairs, 8, 'any');
  for (const scenario of scenarios) {
    const kinds = chosen.filter((pair) => pair.scenario === scenario).map(({ crash }) => kindOf(crash.label));
    expect(new Set(kinds).size).toBe(2);
  }
});

test('a sample of everything has every pair once', () => {
  expect(new Set(sample(pairs, 1_000, 'any')).size).toBe(pairs.length);
});

test('the seed is the day, unless one is given', () => {
  const now = new Date('2026-03-04T23:00:00Z');
  expect(seedOf({}, now)).toBe('2026-03-04');
  expect(seedOf({ ORDINAL_SEED: '7' }, now)).toBe('7');
});
