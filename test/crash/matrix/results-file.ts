import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { type Pair, type Result, samePair } from './matrix.ts';
import type { Outcome } from './play.ts';
import { crashText, parseCrash } from './point.ts';
import { scenarios } from './scenarios.ts';

interface Line {
  readonly scenario: string;
  readonly crash: string;
  readonly outcome: Outcome;
}

/** What came of the pairs so far, a line each, so that a run that was interrupted goes on where it was. */
export class ResultsFile {
  readonly #path: string;

  /** `path` need not exist. */
  constructor(path: string) {
    this.#path = path;
  }

  /** The last result of each pair, in the order of the file. */
  read(): readonly Result[] {
    if (!existsSync(this.#path)) return [];
    const lines = readFileSync(this.#path, 'utf8').split('\n').slice(0, -1);
    const all = lines.flatMap((line): Result[] => {
      const { scenario: name, crash, outcome } = JSON.parse(line) as Line;
      const scenario = scenarios.find((known) => known.name === name);
      return scenario === undefined ? [] : [{ scenario, crash: parseCrash(crash), outcome }];
    });
    return all.filter((result, index) => !all.slice(index + 1).some((later) => samePair(later, result)));
  }

  add({ scenario, crash, outcome }: Result): void {
    const line: Line = { scenario: scenario.name, crash: crashText(crash), outcome };
    appendFileSync(this.#path, `${JSON.stringify(line)}\n`);
  }

  /** Pairs that have not passed yet. */
  left(pairs: readonly Pair[]): readonly Pair[] {
    const passed = this.read().filter(({ outcome }) => outcome.kind === 'passed');
    return pairs.filter((pair) => !passed.some((result) => samePair(result, pair)));
  }
}
