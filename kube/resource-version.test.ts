import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { compareVersions } from './resource-version.ts';

test('compares as whole numbers of any size', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n }), fc.bigInt({ min: 0n }), (a, b) => {
      expect(Math.sign(compareVersions(String(a), String(b)))).toBe(a < b ? -1 : a > b ? 1 : 0);
    }),
  );
});
