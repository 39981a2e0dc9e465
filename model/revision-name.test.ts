import { expect, it } from 'vitest';
import { revisionHash, revisionName } from './revision-name.ts';

const empty = '{"spec":{"template":{"$patch":"replace"}}}';
const real =
  '{"spec":{"template":{"$patch":"replace","metadata":{"annotations":{"note":"a\\u003cb \\u0026 ünïcode 😀"},' +
  '"labels":{"app":"web"}},"spec":{"containers":[{"image":"registry.k8s.io/nginx-slim:0.24","name":"web",' +
  '"resources":{"limits":{"cpu":"100m"}}}],"restartPolicy":"Always","terminationGracePeriodSeconds":30}}}}';

it.each([
  ['hello', 0, '5f77b4d657'],
  [empty, 0, '589f85db5b'],
  [empty, 1, '589f85db5c'],
  [real, 0, '6667864468'],
])('SS-48: hashes %j, count %d by FNV-1 over its UTF-8 bytes', (data, count, expected) => {
  expect(revisionHash(data, count)).toBe(expected);
  expect(revisionName('web', data, count)).toBe(`web-${expected}`);
});

it('SS-48: cuts the name of the set to 223', () => {
  expect(revisionName('s'.repeat(240), 'hello', 0)).toBe(`${'s'.repeat(223)}-5f77b4d657`);
});
