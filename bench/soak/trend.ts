import { type Spread, spreadOf } from '../statistics.ts';

/** One quantity over time. */
export interface Series {
  readonly name: string;
  readonly unit: string;
  /** What it may grow by over the time that is judged, as a part of its mean there, without being called growth. */
  readonly tolerance: number;
  /** Oldest first; `at` in s. */
  readonly samples: readonly { readonly at: number; readonly value: number }[];
}

export interface Trend extends Spread {
  readonly name: string;
  readonly unit: string;
  /** Of the straight line through the samples, over the time that is judged; its standard error. */
  readonly growth: number;
  readonly error: number;
  /** The growth that is allowed. */
  readonly allowed: number;
  /** More than allowed, and more than noise explains (two standard errors). */
  readonly grows: boolean;
}

/**
 * Judges the last two thirds of a series: in the first, caches fill and code is compiled. Throws `RangeError` when these are fewer
 * than three samples.
 */
export function trendOf({ name, unit, tolerance, samples }: Series): Trend {
  const judged = samples.slice(Math.floor(samples.length / 3));
  const [first, last] = [judged[0], judged.at(-1)];
  if (judged.length < 3 || first === undefined || last === undefined) throw new RangeError(`${name}: too few samples`);
  const at = mean(judged.map((sample) => sample.at));
  const value = mean(judged.map((sample) => sample.value));
  const squares = sum(judged.map((sample) => (sample.at - at) ** 2));
  const slope = sum(judged.map((sample) => (sample.at - at) * (sample.value - value))) / squares;
  const residues = sum(judged.map((sample) => (sample.value - value - slope * (sample.at - at)) ** 2));
  const seconds = last.at - first.at;
  const growth = slope * seconds;
  const error = Math.sqrt(residues / (judged.length - 2) / squares) * seconds;
  const allowed = tolerance * value;
  return {
    name,
    unit,
    ...spreadOf(judged.map((sample) => sample.value)),
    growth,
    error,
    allowed,
    grows: growth > allowed && growth > 2 * error,
  };
}

export function trendTable(trends: readonly Trend[]): string {
  const round = (value: number) => value.toFixed(Math.abs(value) < 100 ? 1 : 0);
  return trends
    .map(({ name, unit, min, median, max, growth, error, allowed, grows }) => {
      const spread = `${[min, median, max].map(round).join(' / ')} ${unit}`;
      const change = `${growth < 0 ? '' : '+'}${round(growth)} ± ${round(error)} ${unit}, may be ${round(allowed)}`;
      return `${name.padEnd(26)}${spread.padEnd(30)}${change}${grows ? '  GROWS' : ''}`;
    })
    .join('\n');
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function mean(values: readonly number[]): number {
  return sum(values) / values.length;
}
