import { expect, it } from 'vitest';
import { setOwnerReference } from '../model/identity.ts';
import { aClaim, aPod, aSet } from '../model/objects.fixture.ts';
import type { RetentionPolicy } from '../model/objects.ts';
import { wrongClaims } from './claim-policy.ts';

const ofSet = [setOwnerReference(aSet())];
const setOf = (whenDeleted: RetentionPolicy, whenScaled: RetentionPolicy = 'Retain') =>
  aSet({
    replicas: 2,
    volumeClaimTemplates: [{ metadata: { name: 'data' }, spec: {} }],
    persistentVolumeClaimRetentionPolicy: { whenDeleted, whenScaled },
  });
// web-0 runs, web-1 is not there, web-2 is to go, web-5 went long ago.
const pods = [0, 2].map((ordinal) => aPod(aSet(), ordinal));
const names = ['data-web-0', 'data-web-1', 'data-web-2', 'data-web-5', 'data-web-01', 'data-other-0', 'logs-web-0'];

it('takes the claims from the set, also those of former ordinals, when they are to be kept', () => {
  const claims = names.map((name) => aClaim(name, { ownerReferences: ofSet }));
  const found = wrongClaims(setOf('Retain'), pods, claims);
  expect(found.map(({ claim }) => claim.metadata.name)).toEqual(names.slice(0, 4));
  expect(found.flatMap(({ ownerReferences }) => ownerReferences)).toEqual([]);
});

it('gives the set the claims of its pods, and of ordinals that are to have one, when they are to go', () => {
  const found = wrongClaims(
    setOf('Delete'),
    pods,
    names.map((name) => aClaim(name)),
  );
  expect(found.map(({ claim }) => claim.metadata.name)).toEqual(names.slice(0, 3));
  for (const { ownerReferences } of found) expect(ownerReferences).toEqual(ofSet);
});

it('leaves a claim that scaling in deletes to its pod', () => {
  const [found] = wrongClaims(setOf('Retain', 'Delete'), pods, [aClaim('data-web-2', { ownerReferences: ofSet })]);
  expect(found?.ownerReferences).toMatchObject([{ kind: 'Pod', name: 'web-2', uid: 'web-2-uid' }]);
});

it('leaves what follows the policy, is going, or is a former pod’s', () => {
  const ofFormer = [{ apiVersion: 'v1', kind: 'Pod', name: 'web-1', uid: 'former', controller: true }];
  expect(
    wrongClaims(setOf('Delete'), pods, [
      aClaim('data-web-0', { ownerReferences: ofSet }),
      aClaim('data-web-1', { ownerReferences: ofFormer }),
      aClaim('data-web-2', { deletionTimestamp: '2026-01-01T00:00:00Z' }),
    ]),
  ).toEqual([]);
});
