import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { applyMergePatch, mergePatchOf } from './merge-patch.ts';

it.each([
  ['nothing', { a: 1, b: [1, { c: 2 }] }, { a: 1, b: [1, { c: 2 }] }, undefined],
  ['a field', { a: 1, b: 2 }, { a: 1, b: 3 }, { b: 3 }],
  ['a field that is gone', { a: { b: 1, c: 2 } }, { a: { c: 2 } }, { a: { b: null } }],
  ['a list, whole', { a: [{ n: 'x', i: 1 }] }, { a: [{ n: 'x', i: 2 }] }, { a: [{ n: 'x', i: 2 }] }],
  ['a list instead of an object', { a: { b: 1 } }, { a: [1] }, { a: [1] }],
])('tells what has changed: %s', (_, from, to, patch) => expect(mergePatchOf(from, to)).toEqual(patch));

it('makes the one out of the other, whatever they are', () => {
  // A merge patch cannot set null, and an empty object merged into nothing stays one.
  const value = fc.letrec<{ tree: unknown }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 3 },
      fc.integer(),
      fc.array(fc.string(), { maxLength: 3 }),
      fc.dictionary(fc.constantFrom('a', 'b', 'c'), tie('tree'), { maxKeys: 3 }),
    ),
  })).tree;
  const object = fc.dictionary(fc.constantFrom('a', 'b', 'c'), value, { maxKeys: 3 });
  fc.assert(
    fc.property(object, object, (from, to) => {
      expect(applyMergePatch(from, mergePatchOf(from, to) ?? {})).toEqual(to);
    }),
  );
});
