import { expect, test } from 'vitest';
import { parseQuantity } from './quantity.ts';

test.each([
  ['0', 0],
  ['1Gi', 2 ** 30],
  ['1.5Gi', 1.5 * 2 ** 30],
  ['500M', 5e8],
  ['1e3', 1000],
  ['2E', 2e18],
  ['100m', 0.1],
  ['ten', Number.NaN],
  ['1Xi', Number.NaN],
])('%s is %d', (text, expected) => {
  expect(parseQuantity(text)).toBe(expected);
});
