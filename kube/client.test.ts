import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Pod } from '../model/objects.ts';
import type { KubeClient } from './client.ts';
import { listOf, pod } from './objects.fixture.ts';
import { namespaces, pods } from './resources.ts';
import { ScriptedServer } from './scripted-server.fixture.ts';

let server: ScriptedServer;
let client: KubeClient;
beforeEach(async () => {
  server = await ScriptedServer.start();
  client = server.client();
});
afterEach(() => server.close());

test('a list reads all pages, from one snapshot', async () => {
  const list = client.list(pods, 'default', { labelSelector: 'app=web' });
  const first = await server.next();
  expect(Object.fromEntries(first.query)).toEqual({ labelSelector: 'app=web', limit: '500' });
  first.json({ metadata: { resourceVersion: '7', continue: 'more' }, items: [pod('web-0', 1)] });
  const second = await server.next();
  expect(second.query.get('continue')).toBe('more');
  second.json({ metadata: { resourceVersion: '7' }, items: [pod('web-1', 2)] });
  const { items, resourceVersion } = await list;
  expect(items.map((each) => [each.kind, each.apiVersion, each.metadata.name])).toEqual([
    ['Pod', 'v1', 'web-0'],
    ['Pod', 'v1', 'web-1'],
  ]);
  expect(resourceVersion).toBe('7');
});

test('what is kept of a list is taken from each page before the next is asked for', async () => {
  const kept: string[] = [];
  const project = (object: Pod): Pod => {
    kept.push(object.metadata.name);
    return { ...object, metadata: { ...object.metadata, labels: { kept: 'yes' } } };
  };
  const list = client.list(pods, 'default', { project });
  (await server.next()).json({ metadata: { resourceVersion: '7', continue: 'more' }, items: [pod('web-0', 1)] });
  const second = await server.next();
  expect(kept).toEqual(['web-0']);
  second.json({ metadata: { resourceVersion: '7' }, items: [pod('web-1', 2)] });
  const { items } = await list;
  expect(items.map(({ metadata }) => [metadata.name, metadata.labels])).toEqual([
    ['web-0', { kept: 'yes' }],
    ['web-1', { kept: 'yes' }],
  ]);
});

test('a list whose next page has expired is read again in one piece', async () => {
  const list = client.list(pods);
  (await server.next()).json({ metadata: { resourceVersion: '7', continue: 'old' }, items: [pod('web-0', 1)] });
  (await server.next()).status(410, 'Expired');
  const again = await server.next();
  expect(again.query.has('limit')).toBe(false);
  again.json(listOf(9, pod('web-0', 8)));
  expect(await list).toMatchObject({ resourceVersion: '9', items: [{ metadata: { resourceVersion: '8' } }] });
});

test.each([
  ['merge', 'application/merge-patch+json', { fieldManager: 'ordinal' }, { a: 1 }],
  [
    'apply',
    'application/apply-patch+yaml',
    { fieldManager: 'ordinal', force: 'true' },
    { apiVersion: 'v1', kind: 'Pod', a: 1 },
  ],
] as const)('a %s patch', async (type, contentType, query, sent) => {
  const answer = client.patch(pods, 'default', 'web-0', { a: 1 }, type, { force: true });
  const call = await server.next();
  expect(call.headers['content-type']).toBe(contentType);
  expect(Object.fromEntries(call.query)).toEqual(query);
  expect(JSON.parse(call.body)).toEqual(sent);
  call.json(pod('web-0', 2));
  await answer;
});

test('a delete carries its preconditions and tells an object that still goes from one that is gone', async () => {
  const going = client.remove(pods, 'default', 'web-0', { uid: 'u', resourceVersion: '5' });
  const call = await server.next();
  expect(JSON.parse(call.body)).toEqual({
    kind: 'DeleteOptions',
    apiVersion: 'v1',
    preconditions: { uid: 'u', resourceVersion: '5' },
  });
  call.json({ ...pod('web-0', 6), kind: 'Pod' });
  expect((await going)?.metadata.resourceVersion).toBe('6');
  const gone = client.remove(pods, 'default', 'web-0', { uid: 'u' });
  (await server.next()).json({ kind: 'Status', status: 'Success' });
  expect(await gone).toBeUndefined();
});

test('a dry run that validates strictly', async () => {
  const answer = client.create(
    pods,
    'default',
    { metadata: { name: 'web-0' }, spec: {} },
    {
      dryRun: true,
      fieldValidation: 'Strict',
    },
  );
  const call = await server.next();
  expect(Object.fromEntries(call.query)).toEqual({ fieldManager: 'ordinal', dryRun: 'All', fieldValidation: 'Strict' });
  expect(JSON.parse(call.body)).toEqual({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web-0' }, spec: {} });
  call.json(pod('web-0', 1));
  await answer;
});

test('the id of a cluster is the uid of its kube-system', async () => {
  const id = client.clusterId();
  const call = await server.next();
  expect(call.path).toBe('/api/v1/namespaces/kube-system');
  call.json({ kind: namespaces.kind, metadata: { name: 'kube-system', uid: 'abc', resourceVersion: '1' } });
  expect(await id).toBe('abc');
});
