import { describe, expect, it } from 'vitest';
import { podName, podNameLabel, setOwnerReference } from './identity.ts';
import { claimMends, mends } from './mends.ts';
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
