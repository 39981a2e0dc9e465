import type { Target } from '../../support/target.ts';
import { Lane } from './lane.ts';
import { type Outcome, playUndisturbed, playWithCrash, type Undisturbed } from './play.ts';
import { type Crash, crashText, type Hit } from './point.ts';
import type { CrashScenario } from './scenarios.ts';

/** A scenario and a moment of it: one cell of the matrix. */
export interface Pair {
  readonly scenario: CrashScenario;
  readonly crash: Crash;
}

/** What came of a pair. */
export interface Result extends Pair {
  readonly outcome: Outcome;
}

export interface MatrixOptions {
  readonly target: Target;
  readonly scenarios: readonly CrashScenario[];
  /** Workers at work when the kill comes. */
  readonly workers: number;
  /** Runs side by side. */
  readonly lanes: number;
  /** Which of all pairs are to be played; default all of them. */
  readonly choose?: (pairs: readonly Pair[]) => readonly Pair[];
  /** Told after the recording, and after each pair. */
  readonly onRecorded?: (pairs: readonly Pair[]) => void;
  readonly onResult?: (result: Result) => void;
}

/** How often a pair is played whose point the worker did not come to, or whose reference was another one of those that there may be. */
const attempts = 3;

/**
 * Plays each scenario once undisturbed and writes down every side effect of the worker; then plays it again for each of them, twice, and kills the
 * worker before it and after it. Resolves with what came of each; rejects when an undisturbed run goes wrong.
 */
export async function playMatrix(options: MatrixOptions): Promise<readonly Result[]> {
  const lanes = new Lanes(options);
  try {
    return await playIn(lanes, options);
  } finally {
    await lanes.close();
  }
}

async function playIn(lanes: Lanes, options: MatrixOptions): Promise<readonly Result[]> {
  const references = new Map<CrashScenario, Undisturbed>();
  await lanes.each(options.scenarios, async (lane, scenario) => {
    references.set(scenario, await playUndisturbed(lane, scenario));
    return true;
  });
  const all = options.scenarios.flatMap((scenario) =>
    (references.get(scenario)?.hits ?? []).map((crash) => ({ scenario, crash: pointOf(crash) })),
  );
  const pairs = options.choose?.(all) ?? all;
  options.onRecorded?.(pairs);
  const results: Result[] = [];
  await lanes.each(pairs, async (lane, { scenario, crash }) => {
    const reference = references.get(scenario)?.state;
    if (reference === undefined) throw new Error(`scenario ${scenario.name} was not recorded`);
    let outcome = await playWithCrash(lane, scenario, crash, reference);
    for (let attempt = 1; attempt < attempts && outcome.kind === 'missed'; attempt += 1)
      outcome = await playWithCrash(lane, scenario, crash, reference);
    const result = { scenario, crash, outcome };
    results.push(result);
    options.onResult?.(result);
    return outcome.kind !== 'failed';
  });
  return results;
}

function pointOf({ label, hit, phase }: Hit): Crash {
  return { label, hit, phase };
}

export function samePair(a: Pair, b: Pair): boolean {
  return a.scenario.name === b.scenario.name && crashText(a.crash) === crashText(b.crash);
}

/** How to play one pair again. */
export function commandOf({ scenario, crash }: Pair, workers: number): string {
  const many = workers === 1 ? '' : ` --workers ${workers}`;
  return `npm run test:crash -- --scenario ${scenario.name} --point '${crashText(crash)}'${many}`;
}

/** Lanes that are reused; one in which something went wrong is left, and another opened. */
class Lanes {
  readonly #options: MatrixOptions;
  readonly #free: Lane[] = [];

  constructor(options: MatrixOptions) {
    this.#options = options;
  }

  /** Does each piece of work in one of the lanes. `play` says false, or throws, when its lane is not to be used again. */
  async each<T>(work: readonly T[], play: (lane: Lane, piece: T) => Promise<boolean>): Promise<void> {
    const { target, workers, lanes } = this.#options;
    const left = [...work];
    const run = async (): Promise<void> => {
      for (let piece = left.shift(); piece !== undefined; piece = left.shift()) {
        const lane = this.#free.pop() ?? (await Lane.open(target, workers));
        let isGood = false;
        try {
          isGood = await play(lane, piece);
        } finally {
          if (isGood) this.#free.push(lane);
          else await lane.close();
        }
      }
    };
    const ends = await Promise.allSettled(Array.from({ length: Math.min(lanes, work.length) }, run));
    const failed = ends.find((end) => end.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
  }

  async close(): Promise<void> {
    await Promise.all(this.#free.splice(0).map((lane) => lane.close()));
  }
}
