import { expect, test } from 'vitest';
import { callTargetOf } from './call-target.ts';

test.each([
  [
    '/api/v1/namespaces/shop/pods/web-0',
    {
      template: '/api/v1/namespaces/{namespace}/pods/{name}',
      resource: 'pods',
      namespace: 'shop',
      name: 'web-0',
    },
  ],
  [
    '/api/v1/namespaces/shop/pods',
    { template: '/api/v1/namespaces/{namespace}/pods', resource: 'pods', namespace: 'shop' },
  ],
  [
    '/apis/ordinal.dev/v1/namespaces/shop/statefulsets/web/status',
    {
      template: '/apis/ordinal.dev/v1/namespaces/{namespace}/statefulsets/{name}/status',
      resource: 'statefulsets',
      namespace: 'shop',
      name: 'web',
    },
  ],
  [
    '/api/v1/namespaces/kube-system',
    { template: '/api/v1/namespaces/{name}', resource: 'namespaces', name: 'kube-system' },
  ],
  ['/api/v1/nodes', { template: '/api/v1/nodes', resource: 'nodes' }],
  ['/version', { template: '/version' }],
])('%s', (path, target) => {
  expect(callTargetOf(path)).toEqual(target);
});
