import { expect, test } from 'vitest';
import { crashText, kindOf, parseCrash } from './point.ts';

test('a moment is written and read alike', () => {
  const crash = { label: 'start settlePods web-1,web-2', hit: 12, phase: 'after' } as const;
  expect(crashText(crash)).toBe('start settlePods web-1,web-2 #12 after');
  expect(parseCrash(crashText(crash))).toEqual(crash);
});

test.each(['create pod web-2 #1', 'create pod web-2 after', 'create pod web-2 #0 after', 'dance web #1 before'])(
  'what is no moment is refused: %s',
  (text) => expect(() => parseCrash(text)).toThrow(TypeError),
);

test.each([
  ['delete pod web-2', 'pod'],
  ['create claim www-web-2', 'claim'],
  ['create revision web-7c9f', 'revision'],
  ['patch set web', 'set'],
  ['write status web', 'status'],
  ['create event SuccessfulCreate', 'event'],
  ['try template', 'dry run'],
  ['signal web', 'signal'],
  ['start planNext web', 'activity start'],
  ['complete settlePods web-0', 'activity result'],
  ['decide rollout web', 'workflow task'],
] as const)('%s is of the kind %s', (label, kind) => expect(kindOf(label)).toBe(kind));
