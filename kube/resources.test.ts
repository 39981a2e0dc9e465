import { expect, test } from 'vitest';
import { collectionPath, leases, named, namespaces, objectPath, pods, setsOf } from './resources.ts';

test.each([
  [collectionPath(pods), '/api/v1/pods'],
  [collectionPath(pods, 'a'), '/api/v1/namespaces/a/pods'],
  [objectPath(pods, 'a', 'web-0'), '/api/v1/namespaces/a/pods/web-0'],
  [objectPath(pods, 'a b', 'x?watch=1#'), '/api/v1/namespaces/a%20b/pods/x%3Fwatch%3D1%23'],
  [objectPath(namespaces, undefined, 'n'), '/api/v1/namespaces/n'],
  [objectPath(leases, 'a', 'l'), '/apis/coordination.k8s.io/v1/namespaces/a/leases/l'],
  [
    objectPath(setsOf('ordinal.dev/v1'), 'a', 'web', 'status'),
    '/apis/ordinal.dev/v1/namespaces/a/statefulsets/web/status',
  ],
  [objectPath(setsOf('apps/v1'), 'a', 'web'), '/apis/apps/v1/namespaces/a/statefulsets/web'],
])('%s', (path, expected) => {
  expect(path).toBe(expected);
});

test('a namespaced object is not addressed without its namespace or name', () => {
  expect(() => objectPath(pods, undefined, 'web-0')).toThrow(TypeError);
  expect(() => objectPath(pods, 'a', '')).toThrow(TypeError);
});

test('items of lists get apiVersion and kind', () => {
  const metadata = { name: 'web', uid: 'u', resourceVersion: '1' };
  expect(named(namespaces, { metadata })).toEqual({ apiVersion: 'v1', kind: 'Namespace', metadata });
});

test.each([
  ['.', "may not be '.'"],
  ['..', "may not be '..'"],
  ['web/scale', "may not contain '/'"],
  ['..%2fnodes', "may not contain '%'"],
])('no name leads to another path: %s', (name, said) => {
  expect(() => objectPath(pods, 'shop', name)).toThrow(`invalid Pod name "${name}": ${said}`);
  expect(() => collectionPath(pods, name)).toThrow(`invalid namespace name "${name}": ${said}`);
});
