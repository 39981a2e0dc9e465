import { expect, it } from 'vitest';
import { parseSetName, qualifiedName } from './set-name.ts';

it.each([
  ['web', { name: 'web' }],
  ['sts/web', { name: 'web', flavour: 'apps/v1' }],
  ['StatefulSet/web', { name: 'web', flavour: 'apps/v1' }],
  ['statefulset.apps/web', { name: 'web', flavour: 'apps/v1' }],
  ['osts/web', { name: 'web', flavour: 'ordinal.dev/v1' }],
])('reads %s', (typed, name) => expect(parseSetName(typed)).toEqual(name));

it.each(['', 'deploy/web', 'sts/', 'sts/web/x'])('refuses "%s"', (typed) =>
  expect(() => parseSetName(typed)).toThrow(),
);

it('writes names as kubectl does', () => {
  expect(qualifiedName('apps/v1', 'web')).toBe('statefulset.apps/web');
  expect(qualifiedName('ordinal.dev/v1', 'web')).toBe('statefulset.ordinal.dev/web');
});
