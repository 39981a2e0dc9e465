import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { play, type Scenario, scenarios } from './scenario.ts';

/** More for a long look: `ORDINAL_RUNS=20000 vitest run model/simulation`. */
const numRuns = Number(process.env['ORDINAL_RUNS'] ?? 300);
const seed = process.env['ORDINAL_SEED'] === undefined ? undefined : Number(process.env['ORDINAL_SEED']);

function holds(scenario: Scenario): void {
  expect(play(scenario)).toEqual([]);
}

describe('any set, whatever is asked of it in mid-flight, keeps the invariants and settles', () => {
  it.each([
    ['with workers that see everything at once', true, { lag: 0, crash: 0 }],
    ['with steps that crash and views that lag', false, { lag: 12, crash: 0.03 }],
    ['with mishaps, crashes and views that lag', true, { lag: 12, crash: 0.03 }],
  ] as const)(
    '%s',
    (_, mishaps, faults) => {
      fc.assert(fc.property(scenarios(mishaps, faults), holds), { numRuns, seed });
    },
    600_000,
  );
});
