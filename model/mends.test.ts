import { describe, expect, it } from 'vitest';
import { podName, podNameLabel, setOwnerReference } from './identity.ts';
import { claimMends, conflictingClaims, lacksClaims, mends } from './mends.ts';
import { aClaim, aPod, aSet, aView } from './objects.fixture.ts';
import type { OwnerReference, RetentionPolicy } from './objects.ts';

const claimTemplate = { metadata: { name: 'data' }, spec: {} };
const setOf = (whenDeleted: RetentionPolicy, whenScaled: RetentionPolicy = 'Retain') =>
  aSet({ volumeClaimTemplates: [claimTemplate], persistentVolumeClaimRetentionPolicy: { whenDeleted, whenScaled } });
const view = (set = setOf('Retain'), ownerReferences: OwnerReference[] = []) =>
  aView(set, { claims: new Map([['data-web-0', aClaim('data-web-0', { ownerReferences })]]) });

describe('whether a healthy replica is to be put right', () => {
  const set = setOf('Delete');
  const slot = (pod = aPod(set, 0)) =>
    ({ ordinal: 0, name: podName(set, 0), pod, state: 'settled', revision: 'A' }) as const;
  const labels = { app: 'web', [podNameLabel]: 'other' };
  it.each([
    ['all is well', view(set, [setOwnerReference(set)]), slot(), false],
    ['SS-39: its claim is not owned as the policy says', view(set), slot(), true],
    ['SS-44: its claim is missing', aView(set), slot(), false],
    [
      'SS-28: its name label is wrong',
      view(set, [setOwnerReference(set)]),
      slot(aPod(set, 0, { meta: { labels } })),
      true,
    ],
    ['it has no pod', view(set), { ...slot(), pod: undefined }, false],
  ])('%s', (_, of, replica, expected) => {
    expect(mends(of, replica)).toBe(expected);
  });
});

it('SS-39: gives the claim of a condemned pod to the pod, when scaling deletes claims', () => {
  const set = setOf('Retain', 'Delete');
  const pod = aPod(set, 0);
  const [mend] = claimMends(view(set), pod, 0, true);
  expect(mend?.ownerReferences).toMatchObject([{ kind: 'Pod', uid: pod.metadata.uid, controller: true }]);
  expect(claimMends(view(set), pod, 0, false)).toEqual([]);
});

describe('SS-38: whether a pod misses a claim that it cannot start without', () => {
  const set = setOf('Retain');
  const slot = (phase?: 'Pending' | 'Running') =>
    ({
      ordinal: 0,
      name: 'web-0',
      pod: aPod(set, 0, { status: { phase } }),
      state: 'starting',
      revision: 'A',
    }) as const;
  it.each([
    ['Pending, and it is not there', aView(set), slot('Pending'), true],
    ['not seen by a kubelet yet', aView(set), slot(), true],
    ['Pending, and it is there', view(set), slot('Pending'), false],
    ['Running without it', aView(set), slot('Running'), false],
    ['a set without claims', aView(aSet()), slot('Pending'), false],
    ['claims that nobody has looked at', aView(set, { claims: undefined }), slot('Pending'), false],
    ['no pod', aView(set), { ...slot(), pod: undefined }, false],
  ])('%s: %s', (_, of, replica, expected) => {
    expect(lacksClaims(of, replica)).toBe(expected);
  });
});

it('SS-42: names the claims that another controls, where something may be deleted', () => {
  const owner = { apiVersion: 'v1', kind: 'ConfigMap', name: 'owner', uid: 'x', controller: true };
  const of = (set: ReturnType<typeof setOf>) => {
    const slot = { ordinal: 0, name: 'web-0', pod: aPod(set, 0), state: 'settled', revision: 'A' } as const;
    return [
      conflictingClaims(view(set, [owner]), { replicas: [slot], condemned: [] }),
      conflictingClaims(view(set, [owner]), { replicas: [], condemned: [slot] }),
    ];
  };
  const told = [
    'PersistentVolumeClaim data-web-0 is controlled by ConfigMap owner: the retention policy is ignored for this claim',
  ];
  expect(of(setOf('Delete'))).toEqual([told, told]);
  expect(of(setOf('Retain', 'Delete'))).toEqual([told, told]);
  expect(of(setOf('Retain'))).toEqual([[], []]);
});
