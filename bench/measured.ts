import { type Spread, spreadText } from './statistics.ts';

/** One figure of a benchmark. */
export interface Measured {
  readonly what: string;
  /** What the median should be, for example `<= 10`; empty where nothing was aimed at. */
  readonly goal: string;
  readonly spread: Spread;
  readonly unit: string;
}

export function measuredTable(measured: readonly Measured[]): string {
  const width = Math.max(...measured.map(({ what }) => what.length));
  const lines = measured.map(({ what, goal, spread, unit }) => {
    const text = spreadText(spread, unit);
    return goal === '' ? `${what.padEnd(width)}  ${text}` : `${what.padEnd(width)}  ${text}, goal: median ${goal}`;
  });
  return ['min / median / max', ...lines].join('\n');
}
