import { afterEach, expect, test } from 'vitest';
import { aClaim, aPod, aSet } from '../model/objects.fixture.ts';
import { ensureClaims } from './ensure-claims.ts';
import { aRig, type Rig } from './rig.fixture.ts';

const template = { metadata: { name: 'data' }, spec: {} };
const scaledAway = { whenDeleted: 'Retain', whenScaled: 'Delete' } as const;
const ofFormerPod = aClaim('data-web-0', {
  ownerReferences: [{ apiVersion: 'v1', kind: 'Pod', name: 'web-0', uid: 'former', controller: true }],
});

let rig: Rig;
afterEach(() => rig.close());

async function ensure() {
  const view = rig.dependencies.cache.view(rig.key);
  if (view === undefined) throw new Error('no set');
  return ensureClaims(rig.dependencies, rig.key, view, 0);
}

test('a claim that a former pod of the name still owns holds the new one back, without an event (SS-43)', async () => {
  const set = aSet({ volumeClaimTemplates: [template], persistentVolumeClaimRetentionPolicy: scaledAway });
  rig = await aRig(set, ofFormerPod);
  expect(await ensure()).toMatchObject({ kind: 'refused', waiting: { reason: 'ClaimTerminating', stuck: false } });
  expect([rig.calls(), rig.told]).toEqual([[], []]);
});

test('a claim that is there is taken as it is (SS-35)', async () => {
  rig = await aRig(aSet({ volumeClaimTemplates: [template] }), ofFormerPod, aPod(aSet(), 1));
  expect(await ensure()).toEqual({ kind: 'done', wrote: {} });
  expect(rig.calls()).toEqual([]);
});
