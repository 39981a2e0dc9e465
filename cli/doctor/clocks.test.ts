import { expect, test } from 'vitest';
import { clockFinding } from './clocks.ts';

const between = { before: 1_000_000, after: 1_000_200, resolutionMs: 1_000 };

test.each([
  ['told while asking', 1_000_100, 'ok', 'agrees'],
  ['told to the second, which had begun before', 999_200, 'ok', 'agrees'],
  ['2 s off', 1_002_200, 'ok', 'agrees'],
  ['ahead', 1_010_200, 'warning', '10.0 s ahead of this machine'],
  ['behind', 989_000, 'warning', '10.0 s behind this machine'],
])('a clock: %s', (_, theirs, result, message) => {
  expect(clockFinding('X', theirs, between)).toMatchObject({ result, message: expect.stringContaining(message) });
});
