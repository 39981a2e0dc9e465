import { afterEach, beforeEach, expect, test } from 'vitest';
import { ScriptedServer } from '../kube/scripted-server.fixture.ts';
import { annotations } from '../model/annotations.ts';
import { aSet } from '../model/objects.fixture.ts';
import { OrdinalClient } from './ordinal-client.ts';
import type { StatefulSetHandle } from './set-handle.ts';

let server: ScriptedServer;
let handle: StatefulSetHandle;
beforeEach(async () => {
  server = await ScriptedServer.start();
  const client = await OrdinalClient.connect({ kube: server.client(), requestedBy: 'ann' });
  handle = client.statefulSet('shop', 'web', { flavour: 'apps/v1' });
});
afterEach(() => server.close());

test('a change is one patch, with who asked, why, and what it was made from', async () => {
  const rollout = handle.rollout({ image: 'web:2' }, { id: 'k1', reason: 'release' });
  (await server.next()).json(aSet());
  const patch = await server.next();
  expect(patch.method).toBe('PATCH');
  expect(JSON.parse(patch.body)).toEqual({
    metadata: {
      uid: 'set-uid',
      resourceVersion: '1',
      annotations: { [annotations.requestId]: 'k1', [annotations.reason]: 'release', [annotations.requestedBy]: 'ann' },
    },
    spec: { template: { spec: { containers: [{ name: 'web', image: 'web:2' }] } } },
  });
  patch.json(aSet({}, undefined, { generation: 2 }));
  expect(await rollout).toMatchObject({ id: 'k1', uid: 'set-uid', generation: 2, changed: true });
});

test('the same key again is the same request: nothing is written', async () => {
  const rollout = handle.rollout({ image: 'web:3' }, { id: 'k1' });
  (await server.next()).json(aSet({}, undefined, { generation: 2, annotations: { [annotations.requestId]: 'k1' } }));
  expect(await rollout).toMatchObject({ generation: 2, changed: false });
});

test('the same key is the same request also when others have asked since; it is remembered with the next one', async () => {
  const asked = { [annotations.requestId]: 'k3', [annotations.earlierRequests]: 'k2 k%201' };
  const again = handle.rollout({ image: 'web:9' }, { id: 'k 1' });
  (await server.next()).json(aSet({}, undefined, { annotations: asked }));
  expect(await again).toMatchObject({ changed: false });
  const fourth = handle.scale(5, { id: 'k4' });
  (await server.next()).json(aSet({}, undefined, { annotations: asked }));
  const patch = await server.next();
  expect(JSON.parse(patch.body)).toMatchObject({
    metadata: { annotations: { [annotations.requestId]: 'k4', [annotations.earlierRequests]: 'k3 k2 k%201' } },
  });
  patch.json(aSet());
  await fourth;
});

test('the reason of a rollout takes the place of the change cause of the one before; that of a scale does not', async () => {
  const noted = aSet({}, undefined, { annotations: { 'kubernetes.io/change-cause': 'first' } });
  const caused = async (request: Promise<unknown>): Promise<unknown> => {
    (await server.next()).json(noted);
    const patch = await server.next();
    patch.json(noted);
    await request;
    const { metadata } = JSON.parse(patch.body) as { metadata: { annotations: Record<string, string> } };
    return metadata.annotations['kubernetes.io/change-cause'];
  };
  expect(await caused(handle.rollout({ image: 'web:2' }, { reason: 'second' }))).toBe('second');
  expect(await caused(handle.scale(7, { reason: 'load' }))).toBeUndefined();
});

test('a change that changes nothing writes nothing', async () => {
  const scale = handle.scale(3);
  (await server.next()).json(aSet());
  expect(await scale).toMatchObject({ changed: false });
});

test('a change is made anew from what somebody else has written meanwhile', async () => {
  const rollout = handle.rollout(({ spec, ...template }) => ({ ...template, spec: { ...spec, hostNetwork: true } }));
  (await server.next()).json(aSet());
  (await server.next()).status(409, 'Conflict');
  (await server.next()).json(aSet({}, undefined, { resourceVersion: '5' }));
  const patch = await server.next();
  expect(JSON.parse(patch.body)).toMatchObject({
    metadata: { resourceVersion: '5' },
    spec: { template: { spec: { hostNetwork: true } } },
  });
  patch.json(aSet());
  expect(await rollout).toMatchObject({ changed: true });
});

test('a deletion takes this very set only', async () => {
  const deletion = handle.delete({ cascade: 'orphan' });
  (await server.next()).json(aSet());
  const call = await server.next();
  expect(call.method).toBe('DELETE');
  expect(JSON.parse(call.body)).toMatchObject({ preconditions: { uid: 'set-uid' }, propagationPolicy: 'Orphan' });
  call.json(aSet());
  expect(await deletion).toMatchObject({ uid: 'set-uid' });
});
