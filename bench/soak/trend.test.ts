import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Series, trendOf, trendTable } from './trend.ts';

function series(values: readonly number[], tolerance = 0.1): Series {
  return { name: 'memory', unit: 'MiB', tolerance, samples: values.map((value, index) => ({ at: index * 10, value })) };
}

const noise = [3, -2, 1, -3, 2, -1];
const noisy = (value: (index: number) => number) =>
  series(Array.from({ length: 60 }, (_, index) => value(index) + (noise[index % noise.length] ?? 0)));

test('what is level but for noise does not grow', () => {
  const trend = trendOf(noisy(() => 200));
  expect(trend.grows).toBe(false);
  expect(Math.abs(trend.growth)).toBeLessThan(2);
  expect(trend).toMatchObject({ min: 197, max: 203, allowed: expect.closeTo(20, 0) as number });
});

test('growth in the first third is not counted', () => {
  expect(trendOf(noisy((index) => (index < 20 ? 10 * index : 200))).grows).toBe(false);
});

test('a steady leak is found, and told', () => {
  const trend = trendOf(noisy((index) => 200 + index));
  expect(trend.growth).toBeCloseTo(39, 0);
  expect(trend.grows).toBe(true);
  expect(trendTable([trend])).toMatch(/memory .*\+3[89]\.\d ± \d\.\d MiB, may be 2\d\.\d {2}GROWS/);
});

test('a rise that is no more than noise is none', () => {
  const wild = Array.from({ length: 12 }, (_, index) => (index % 2 === 0 ? 100 : 300));
  expect(trendOf(series([...wild, 330], 0.01)).grows).toBe(false);
});

test('a straight line is found exactly, whatever its slope', () => {
  fc.assert(
    fc.property(fc.integer({ min: -50, max: 50 }), fc.integer({ min: 9, max: 90 }), (slope, length) => {
      const trend = trendOf(series(Array.from({ length }, (_, index) => 10_000 + slope * index)));
      expect(trend.growth).toBeCloseTo(slope * (length - Math.floor(length / 3) - 1), 6);
      expect(trend.error).toBeCloseTo(0, 6);
    }),
  );
});

test('too few samples are refused', () => {
  expect(() => trendOf(series([1, 2, 3]))).toThrow(RangeError);
});
