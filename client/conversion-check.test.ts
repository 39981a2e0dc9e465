import { expect, it } from 'vitest';
import { droppedFields } from './conversion-check.ts';

it.each<[string, unknown, unknown, readonly string[]]>([
  ['nothing', { a: 1, b: [{ c: 2 }] }, { a: 1, b: [{ c: 2, d: 'default' }] }, []],
  ['a field of a feature that is off', { a: { b: 1, c: 2 } }, { a: { c: 2 } }, ['spec.a.b']],
  ['a field within a list', { a: [{ b: 1 }] }, { a: [{}] }, ['spec.a[0].b']],
  ['what is empty anyway', { a: {}, b: null, c: [] }, {}, []],
  ['a value that is written in another way', { a: '1024Mi' }, { a: '1Gi' }, []],
])('tells fields that are not in the answer: %s', (_, sent, kept, dropped) =>
  expect(droppedFields(sent, kept, 'spec')).toEqual(dropped),
);
