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
  [
    ['list', '-n=nginx-sts', '-o=name'],
    ['list', '--namespace=nginx-sts', '--output=name'],
  ],
  [
    ['apply', '-f=a=b.yaml', '--dry-run=true'],
    ['apply', '--filename=a=b.yaml', '--dry-run'],
  ],
  [
    ['-n', 'install', 'scale', 'install', '--dry-run=client'],
    ['-n', 'install', 'scale', 'install', '--dry-run'],
  ],
  [
    ['--context', 'x', 'install', '--dry-run=client'],
    ['--context', 'x', 'install', '--dry-run=client'],
  ],
  [['install', '--dry-run=none'], ['install']],
  [
    ['set', 'image', 'web', 'nginx=nginx:1.27', '--reason=-n=x'],
    ['set', 'image', 'web', 'nginx=nginx:1.27', '--reason=-n=x'],
  ],
])('takes flags as kubectl users write them: %o', (args, normal) => expect(normalizeFlags(args)).toEqual(normal));

it('refuses a dry run that it does not know', () =>
  expect(() => normalizeFlags(['apply', '--dry-run=foo'])).toThrow('none, server or client is wanted'));

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
  it('reads a number up to what the API takes', () => expect(wholeNumber('2147483647')).toBe(2_147_483_647));
  it.each(['', ' ', 'x', '-1', '+1', '1.5', '1.0', '0x10', '1e3', '1e99', '2147483648'])(
    'refuses the number "%s"',
    (text) => expect(() => wholeNumber(text)).toThrow('whole number'),
  );
});
