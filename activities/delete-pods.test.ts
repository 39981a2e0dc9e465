import { afterEach, expect, test } from 'vitest';
import { aClaim, aPod, aRevision, aSet, aTemplate } from '../model/objects.fixture.ts';
import { deletePods } from './delete-pods.ts';
import { aRig, type Rig } from './rig.fixture.ts';

let rig: Rig;
afterEach(() => rig.close());

const set = aSet({
  replicas: 1,
  volumeClaimTemplates: [{ metadata: { name: 'data' }, spec: {} }],
  persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain', whenScaled: 'Delete' },
});
const pods = [0, 1].map((ordinal) => aPod(set, ordinal));

test('the claim of a condemned pod is the pod’s before the pod goes (SS-44)', async () => {
  rig = await aRig(set, ...pods, aClaim('data-web-1'));
  const [result] = await deletePods(rig.dependencies, rig.key, [{ ordinal: 1, act: 'remove' }]);
  expect(result?.kind).toBe('done');
  expect(rig.calls().slice(-2)).toEqual(['PATCH persistentvolumeclaims/data-web-1', 'DELETE pods/web-1']);
});

test('a claim that a scale-in had given to a pod is the set’s again before an update takes the pod (SS-44, SS-68)', async () => {
  const now = { ...set, spec: { ...set.spec, replicas: 2, template: aTemplate('web:2') } };
  const [old, wanted] = [aRevision(now, 1, aTemplate('web:1')), aRevision(now, 2)];
  const owned = aClaim('data-web-1', {
    ownerReferences: [{ apiVersion: 'v1', kind: 'Pod', name: 'web-1', uid: 'web-1-uid', controller: true }],
  });
  const olds = [0, 1].map((ordinal) => aPod(now, ordinal, { revision: old.metadata.name }));
  rig = await aRig(now, old, wanted, ...olds, aClaim('data-web-0'), owned);
  const [result] = await deletePods(rig.dependencies, rig.key, [{ ordinal: 1, act: 'delete' }]);
  expect(result?.kind).toBe('done');
  expect(rig.calls().slice(-2)).toEqual(['PATCH persistentvolumeclaims/data-web-1', 'DELETE pods/web-1']);
  const patch = rig.api.server.calls.find(({ method }) => method === 'PATCH');
  expect(JSON.parse(patch?.body ?? '')).toMatchObject({ metadata: { ownerReferences: [] } });
});

test('a set that is being deleted leaves its claims as they are (SS-45)', async () => {
  const metadata = {
    ...set.metadata,
    deletionTimestamp: '2026-01-01T00:10:00Z',
    finalizers: ['ordinal.dev/ordered-deletion'],
    annotations: { 'ordinal.dev/ordered-deletion': 'true' },
  };
  const both = { whenDeleted: 'Delete', whenScaled: 'Delete' } as const;
  const deleted = { ...set, metadata, spec: { ...set.spec, persistentVolumeClaimRetentionPolicy: both } };
  rig = await aRig(deleted, ...pods, aClaim('data-web-1'));
  const [result] = await deletePods(rig.dependencies, rig.key, [{ ordinal: 1, act: 'remove' }]);
  expect(result?.kind).toBe('done');
  expect(rig.calls().filter((call) => !call.startsWith('GET'))).toEqual(['DELETE pods/web-1']);
});

test('a pod that is gone already, or has changed, is looked at again and is no failure (SS-75)', async () => {
  for (const answer of [404, 409]) {
    rig = await aRig(set, ...pods);
    rig.api.intercept = (call) => {
      if (call.method === 'DELETE') call.status(answer, answer === 404 ? 'NotFound' : 'Conflict');
      return call.method === 'DELETE';
    };
    expect(await deletePods(rig.dependencies, rig.key, [{ ordinal: 1, act: 'remove' }])).toEqual([
      { kind: 'superseded' },
    ]);
    expect(rig.told).toEqual([]);
    expect(
      rig.calls().filter((call) => call.startsWith('GET pods')),
      'one that has changed is read',
    ).toHaveLength(answer === 409 ? 1 : 0);
    if (answer === 404) await rig.close();
  }
});

test('the set is read afresh, and the pod is deleted only as the plan has seen it', async () => {
  rig = await aRig(set, ...pods);
  const seen = rig.dependencies.cache.view(rig.key)?.pods.find(({ metadata }) => metadata.name === 'web-1')?.metadata;
  await deletePods(rig.dependencies, rig.key, [{ ordinal: 1, act: 'remove' }]);
  expect(rig.calls().slice(-2)).toEqual(['GET statefulsets/web', 'DELETE pods/web-1']);
  const call = rig.api.server.calls.find(({ method }) => method === 'DELETE');
  expect(JSON.parse(call?.body ?? '')).toMatchObject({
    preconditions: { uid: seen?.uid, resourceVersion: seen?.resourceVersion },
  });
});

test('a pod that the set does not own is never deleted', async () => {
  const stranger = aPod(set, 1, { meta: { ownerReferences: [] } });
  rig = await aRig(set, aPod(set, 0), stranger);
  expect(await deletePods(rig.dependencies, rig.key, [{ ordinal: 1, act: 'remove' }])).toEqual([
    { kind: 'superseded' },
  ]);
  expect(rig.calls().filter((call) => call.startsWith('DELETE'))).toEqual([]);
});
