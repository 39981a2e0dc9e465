import type { Pair } from './matrix.ts';
import { kindOf } from './point.ts';

/** The seed of a sample: ORDINAL_SEED, else the day, so that a year of test runs comes to another part of the matrix every day. */
export function seedOf(env: Readonly<Record<string, string | undefined>>, now: Date): string {
  return env['ORDINAL_SEED'] ?? now.toISOString().slice(0, 10);
}

/** `size` of the pairs, the same for the same seed; as evenly from all scenarios as it goes, and of different kinds within each. */
export function sample(pairs: readonly Pair[], size: number, seed: string): readonly Pair[] {
  const random = randomOf(seed);
  const shuffled = pairs
    .map((pair) => ({ pair, order: random() }))
    .sort((a, b) => a.order - b.order)
    .map(({ pair }) => pair);
  const chosen: Pair[] = [];
  const taken = (wanted: (other: Pair) => boolean): number => chosen.filter(wanted).length;
  const weight = ({ scenario, crash }: Pair): number =>
    taken((other) => other.scenario === scenario) * 1_000 +
    taken((other) => kindOf(other.crash.label) === kindOf(crash.label));
  while (chosen.length < Math.min(size, pairs.length)) {
    const lightest = shuffled
      .filter((pair) => !chosen.includes(pair))
      .reduce((best, pair) => (weight(pair) < weight(best) ? pair : best));
    chosen.push(lightest);
  }
  return chosen;
}

/** Numbers from 0 up to 1 that follow from the seed alone (mulberry32 over an FNV hash). */
function randomOf(seed: string): () => number {
  let state = 0x811c9dc5;
  for (const byte of Buffer.from(seed)) state = Math.imul(state ^ byte, 0x01000193);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
