import { expect, test } from 'vitest';
import type { Point } from './growth.ts';
import { growthPlot } from './growth-plot.ts';
import { exponentOf, growthTable } from './growth-table.ts';

const point = (series: Point['series'], n: number, seconds: number): Point => ({
  series,
  n,
  seconds,
  processor: { workers: n / 100, temporal: n / 200, cluster: n / 50 },
  peakMiB: 200 + n / 10,
});

test.each([
  ['linear', (n: number) => 3 * n, 1],
  ['quadratic', (n: number) => n ** 2, 2],
  ['constant', () => 7, 0],
])('time that is %s has the exponent of it', (_, seconds, exponent) => {
  const points = [1, 10, 100, 1_000].map((n) => ({ n, seconds: seconds(n) }));
  expect(exponentOf(points)).toBeCloseTo(exponent);
});

test('one size says nothing of growth', () => {
  expect(exponentOf([point('ordered', 10, 1)])).toBeUndefined();
  expect(exponentOf([point('ordered', 10, 1), point('ordered', 10, 2)])).toBeUndefined();
});

const points = [point('ordered', 10, 0.5), point('ordered', 100, 5), point('sets', 100, 8)];

test('the table gives each point by ordinal, and how a series grows', () => {
  expect(growthTable(points).split('\n').slice(2)).toEqual([
    '| ordered | 10 | 0.50 | 50.0 | 10.0 | 5.0 | 20.0 | 201 |',
    '| ordered | 100 | 5.00 | 50.0 | 10.0 | 5.0 | 20.0 | 210 |',
    '| sets | 100 | 8.00 | 80.0 | 10.0 | 5.0 | 20.0 | 210 |',
    '',
    'ordered: time grows with the power 1.00 of the number',
  ]);
});

test('the plot has a line and a label for each series, and a spot for each point', () => {
  const svg = growthPlot(points);
  expect(svg.match(/<polyline/g)).toHaveLength(4);
  expect(svg.match(/<circle/g)).toHaveLength(6);
  expect(svg).toContain('ordered, total ~ n^1.00');
  expect(svg).not.toContain('NaN');
});
