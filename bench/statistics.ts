/** Smallest, middle and largest of a series of measurements. */
export interface Spread {
  readonly min: number;
  readonly median: number;
  readonly max: number;
  readonly runs: number;
}

/** Throws `RangeError` for an empty series. */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const [min, max] = [sorted[0], sorted.at(-1)];
  const [low, high] = [sorted[Math.floor((sorted.length - 1) / 2)], sorted[Math.ceil((sorted.length - 1) / 2)]];
  if (min === undefined || max === undefined || low === undefined || high === undefined) {
    throw new RangeError('no measurement');
  }
  return { min, median: (low + high) / 2, max, runs: values.length };
}

/** "12.3 / 14.0 / 19.9 ms (5 runs)" */
export function spreadText({ min, median, max, runs }: Spread, unit: string): string {
  return `${[min, median, max].map((value) => value.toFixed(1)).join(' / ')} ${unit} (${runs} ${runs === 1 ? 'run' : 'runs'})`;
}
