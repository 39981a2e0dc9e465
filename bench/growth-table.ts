import type { Point, Series } from './growth.ts';

/**
 * The exponent k of the power law `time ~ n^k` that fits the points best: the slope of a line through their logarithms, by least squares. 1 is linear
 * growth in total, less is better. Undefined for fewer than two sizes.
 */
export function exponentOf(points: readonly Pick<Point, 'n' | 'seconds'>[]): number | undefined {
  if (new Set(points.map(({ n }) => n)).size < 2) return undefined;
  const xs = points.map(({ n }) => Math.log(n));
  const ys = points.map(({ seconds }) => Math.log(seconds));
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [x, y] = [mean(xs), mean(ys)];
  const covariance = xs.reduce((sum, each, index) => sum + (each - x) * ((ys[index] ?? 0) - y), 0);
  return covariance / xs.reduce((sum, each) => sum + (each - x) ** 2, 0);
}

/** Points by series, in the order in which they were measured. */
export function bySeries(points: readonly Point[]): ReadonlyMap<Series, readonly Point[]> {
  return Map.groupBy(points, ({ series }) => series);
}

/** A Markdown table of all points, and a line on how each series grows. */
export function growthTable(points: readonly Point[]): string {
  const rows = points.map(({ series, n, seconds, processor, peakMiB }) =>
    [
      series,
      n,
      seconds.toFixed(2),
      ...[seconds, processor.workers, processor.temporal, processor.cluster].map((each) =>
        ((1_000 * each) / n).toFixed(1),
      ),
      peakMiB.toFixed(0),
    ].join(' | '),
  );
  const slopes = [...bySeries(points)].flatMap(([series, some]) => {
    const exponent = exponentOf(some);
    return exponent === undefined ? [] : [`${series}: time grows with the power ${exponent.toFixed(2)} of the number`];
  });
  const head = [
    'what grows',
    'n',
    's',
    'ms each',
    'worker CPU ms each',
    'Temporal CPU ms each',
    'cluster CPU ms each',
    'peak MiB',
  ];
  return [
    `| ${head.join(' | ')} |`,
    `| ${head.map((_, index) => (index === 0 ? '---' : '---:')).join(' | ')} |`,
    ...rows.map((row) => `| ${row} |`),
    '',
    ...slopes,
  ].join('\n');
}
