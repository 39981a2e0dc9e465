import { describe, expect, it } from 'vitest';
import { duration, normalizeFlags, wholeNumber } from './flags.ts';

it.each([
  [
    ['status', 'web', '-w=false'],
    ['status', 'web', '--no-watch'],
  ],
  [
    ['get', 'web', '--watch=true'],
    ['get', 'web', '--watch'],
  ],
  [
    ['delete', 'web', '--wait=false'],
    ['delete', 'web', '--no-wait'],
  ],
  [
    ['scale', 'web', '--dry-run=server', '--replicas=3'],
    ['scale', 'web', '--dry-run', '--replicas=3'],
  ],
  [['apply', '--dry-run=none'], ['apply']],
  [
    ['delete', '-R=true', '--ignore-not-found=false'],
    ['delete', '--recursive'],
  ],
  [
    ['list', '-A=true', '--context=x'],
    ['list', '--all-namespaces', '--context=x'],
  ],
])('takes flags as kubectl users write them: %o', (args, normal) => expect(normalizeFlags(args)).toEqual(normal));

describe('values', () => {
  it.each([
    ['30', 30_000],
    ['90s', 90_000],
    ['1h30m', 5_400_000],
    ['1.5s', 1_500],
    ['250ms', 250],
    ['0s', 0],
  ])('reads the duration %s', (text, ms) => expect(duration(text)).toBe(ms));
  it.each(['', 'soon', '5 m', '-1s', '5d'])('refuses the duration "%s"', (text) =>
    expect(() => duration(text)).toThrow('duration'),
  );
  it.each(['', 'x', '-1', '1.5'])('refuses the number "%s"', (text) =>
    expect(() => wholeNumber(text)).toThrow('whole number'),
  );
});
