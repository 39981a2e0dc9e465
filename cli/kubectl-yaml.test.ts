import { parse, stringify } from 'yaml';
import { expect, it } from 'vitest';
import { kubectlYaml } from './kubectl-yaml.ts';

// As kubectl 1.36 has them: kubectl label --local -f - a=b -o json
const readings: readonly [string, unknown][] = [
  ['0400', 256],
  ['0644', 420],
  ['-0400', -256],
  ['0_400', 256],
  ['0o400', 256],
  ['0o8', '0o8'],
  ['07', 7],
  ['08', 8],
  ['08.5', 8.5],
  ['00', 0],
  ['0777777777777777777777777', 7.777777777777778e23],
  ['0x1F', 31],
  ['-0x10', -16],
  ['0xg', '0xg'],
  ['0b11', 3],
  ['0b2', '0b2'],
  ['0b', '0b'],
  ['1:30', '1:30'],
  ['12:30:45.5', '12:30:45.5'],
  ['2024-01-01', '2024-01-01'],
  ['2024-01-01T10:00:00Z', '2024-01-01T10:00:00Z'],
  ['!!timestamp 2020-01-01', '2020-01-01'],
  ['1_000', 1_000],
  ['1_000.5', 1_000.5],
  ['1_', 1],
  ['_1', '_1'],
  ['._1', '._1'],
  ['.5', 0.5],
  ['+.5', 0.5],
  ['1.', 1],
  ['-0', 0],
  ['1e3', 1_000],
  ['-2E+05', -200_000],
  ['1e', '1e'],
  ['1e400', '1e400'],
  ['18446744073709551616', 2 ** 64],
  ['1.5.2', '1.5.2'],
  ['100Mi', '100Mi'],
  ['yes', true],
  ['Y', true],
  ['on', true],
  ['True', true],
  ['TrUe', 'TrUe'],
  ['no', false],
  ['n', false],
  ['OFF', false],
  ['nO', 'nO'],
  ['~', null],
  ['Null', null],
  ['', null],
  ['nUll', 'nUll'],
  ['"0400"', '0400'],
  ['!!str 0400', '0400'],
  ['!!int "7"', 7],
  ['!!float 0400', 256],
  ['!!binary aGVsbG8=', 'hello'],
  ['=', '='],
  ['<<', '<<'],
];

it.each(readings)('reads %s as kubectl does', (text, value) =>
  expect(parse(`- ${text}\n`, { ...kubectlYaml, logLevel: 'silent' })).toEqual([value]),
);

it('merges, and takes no offence at a key that is a boolean', () => {
  const text = 'base: &b {p: 1, q: {r: 2}}\nm: {<<: *b, p: 3}\nl: {<<: [*b, {z: 1, p: 9}]}\non: push\n';
  expect(parse(text, kubectlYaml)).toEqual({
    base: { p: 1, q: { r: 2 } },
    m: { p: 3, q: { r: 2 } },
    l: { p: 1, q: { r: 2 }, z: 1 },
    true: 'push',
  });
});

it.each([
  ['.inf', 'JSON has no such number'],
  ['-.Inf', 'JSON has no such number'],
  ['.nan', 'JSON has no such number'],
  ['9007199254740993', 'a greater whole number than can be sent exactly'],
])('refuses %s', (text, why) => expect(() => parse(text, kubectlYaml)).toThrow(why));

it.each(readings)('writes the text %s so that kubectl reads a text', (text) =>
  expect(parse(stringify([text], kubectlYaml), kubectlYaml)).toEqual([text]),
);

it('writes plain values plainly', () =>
  expect(stringify({ a: 'web', b: 1, c: 0.5, d: true, e: null, f: ['x'] }, kubectlYaml)).toBe(
    'a: web\nb: 1\nc: 0.5\nd: true\ne: null\nf:\n  - x\n',
  ));
