import { expect, test } from 'vitest';
import { collectionPath, leases, named, nodes, objectPath, pods, setsOf } from './resources.ts';

test.each([
  [collectionPath(pods), '/api/v1/pods'],
  [collectionPath(pods, 'a'), '/api/v1/namespaces/a/pods'],
  [objectPath(pods, 'a', 'web-0'), '/api/v1/namespaces/a/pods/web-0'],
  [objectPath(pods, 'a/b', '../x'), '/api/v1/namespaces/a%2Fb/pods/..%2Fx'],
  [objectPath(nodes, undefined, 'n'), '/api/v1/nodes/n'],
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
  expect(named(nodes, { metadata })).toEqual({ apiVersion: 'v1', kind: 'Node', metadata });
});
