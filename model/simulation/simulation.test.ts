import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { play, type Scenario, scenarios } from './scenario.ts';

/** `npm run properties` takes a longer look. */
const { ORDINAL_RUNS, ORDINAL_SEED, ORDINAL_MINUTES } = process.env;
const numRuns = Number(ORDINAL_RUNS ?? 300);
const seed = ORDINAL_SEED === undefined ? undefined : Number(ORDINAL_SEED);
/** For each property, in ms. */
const timeLimit = ORDINAL_MINUTES === undefined ? undefined : Number(ORDINAL_MINUTES) * 60_000;

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
    (name, mishaps, faults) => {
      let runs = 0;
      const property = fc.property(scenarios(mishaps, faults), (scenario) => {
        runs += 1;
        holds(scenario);
      });
      fc.assert(property, { numRuns, seed, interruptAfterTimeLimit: timeLimit });
      if (ORDINAL_RUNS !== undefined) process.stdout.write(`${runs} clusters ${name}\n`);
    },
    0,
  );
});
