import { expect, it } from 'vitest';
import { age, shortDuration } from './age.ts';
import { table } from './table.ts';

it('lines up columns, whatever colours they have', () => {
  const rows = [
    ['web', '\u001b[32m✔ Healthy\u001b[39m', '3'],
    ['database', 'x', ''],
  ];
  expect(table(['NAME', 'PHASE', 'READY'], rows)).toBe(
    ['NAME       PHASE       READY', 'web        \u001b[32m✔ Healthy\u001b[39m   3', 'database   x'].join('\n'),
  );
});

it.each([
  [0, '0s'],
  [119, '119s'],
  [125, '2m5s'],
  [600, '10m'],
  [3 * 3600, '3h'],
  [3 * 3600 + 300, '3h5m'],
  [9 * 3600, '9h'],
  [51 * 3600, '2d3h'],
  [9 * 86_400, '9d'],
])('writes %d s as kubectl does: %s', (seconds, text) => expect(shortDuration(seconds * 1_000)).toBe(text));

it('tells an age', () => {
  expect(age('2026-01-01T00:00:00Z', Date.parse('2026-01-01T00:00:05Z'))).toBe('5s');
  expect(age(undefined, 0)).toBe('<unknown>');
});
