import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aClaim, aPod, aSet, at } from './objects.fixture.ts';
import { setOwnerReference } from './identity.ts';
import type { OwnerReference, RetentionPolicy } from './objects.ts';
import { claimOwnership, isClaimTerminating, isStaleClaim } from './retention.ts';

const setReference = setOwnerReference(aSet());
const podReference: OwnerReference = {
  ...setReference,
  apiVersion: 'v1',
  kind: 'Pod',
  name: 'web-0',
  uid: 'web-0-uid',
};
const foreign: OwnerReference = { ...setReference, apiVersion: 'db/v1', kind: 'Backup', name: 'b', uid: 'b' };
const mere: OwnerReference = { ...foreign, controller: false };

const ownership = (
  whenScaled: RetentionPolicy,
  whenDeleted: RetentionPolicy,
  condemned: boolean,
  ownerReferences: readonly OwnerReference[],
) => {
  const set = aSet({ persistentVolumeClaimRetentionPolicy: { whenScaled, whenDeleted } });
  return claimOwnership({ set, pod: aPod(set, 0), claim: aClaim('disk-web-0', { ownerReferences }), condemned });
};

describe('claimOwnership', () => {
  const table = [
    ['Retain', 'Retain', false, []],
    ['Retain', 'Retain', true, []],
    ['Retain', 'Delete', false, [setReference]],
    ['Retain', 'Delete', true, [setReference]],
    ['Delete', 'Retain', false, []],
    ['Delete', 'Retain', true, [podReference]],
    ['Delete', 'Delete', false, [setReference]],
    ['Delete', 'Delete', true, [podReference]],
  ] as const;

  it.each(table)('SS-39: scaled %s, deleted %s, condemned %s', (scaled, deleted, condemned, wanted) => {
    for (const actual of [[], [setReference], [podReference], [setReference, podReference]]) {
      const isRight = JSON.stringify(actual) === JSON.stringify(wanted);
      expect(ownership(scaled, deleted, condemned, actual)).toEqual(isRight ? 'ok' : { patchOwnerReferences: wanted });
    }
  });

  it('SS-39: does not write twice, and never touches the references of others', () => {
    const policy = fc.constantFrom('Retain' as const, 'Delete' as const);
    const references = fc.subarray([mere, setReference, podReference, { ...setReference, controller: false }]);
    fc.assert(
      fc.property(policy, policy, fc.boolean(), references, (scaled, deleted, condemned, actual) => {
        const first = ownership(scaled, deleted, condemned, actual);
        if (first === 'ok') return;
        const written = first.patchOwnerReferences ?? [];
        expect(ownership(scaled, deleted, condemned, written)).toBe('ok');
        expect(written.includes(mere)).toBe(actual.includes(mere));
      }),
    );
  });

  it('SS-40: rewrites a reference of ours that is no controller', () => {
    const weak = { ...setReference, controller: false };
    expect(ownership('Retain', 'Delete', false, [mere, weak])).toEqual({ patchOwnerReferences: [mere, setReference] });
  });

  it('SS-41: leaves a claim of a former set or pod of the name to the garbage collector', () => {
    expect(ownership('Delete', 'Delete', false, [{ ...setReference, uid: 'former' }])).toBe('ok');
    expect(ownership('Retain', 'Retain', true, [{ ...podReference, uid: 'former' }, setReference])).toBe('ok');
  });

  it('SS-42: reports another controller, and withdraws from its claim', () => {
    expect(ownership('Retain', 'Delete', false, [foreign])).toEqual({ conflicting: foreign });
    expect(ownership('Retain', 'Delete', false, [foreign, setReference])).toEqual({
      conflicting: foreign,
      patchOwnerReferences: [foreign],
    });
  });

  it.each<Partial<OwnerReference>>([{ apiVersion: 'db/v1' }, { kind: 'Backup' }, { name: 'other' }])(
    'SS-40: does not take a reference for ours that differs in %j',
    (difference) => {
      const other = { ...setReference, controller: false, ...difference };
      expect(ownership('Retain', 'Retain', false, [other])).toBe('ok');
      expect(ownership('Retain', 'Delete', false, [other])).toEqual({ patchOwnerReferences: [other, setReference] });
    },
  );

  it('SS-42: does not mind another controller when nothing is ever deleted', () => {
    expect(ownership('Retain', 'Retain', false, [foreign])).toBe('ok');
  });

  it('SS-16: retains by default', () => {
    const set = aSet();
    expect(claimOwnership({ set, pod: aPod(set, 0), claim: aClaim('disk-web-0'), condemned: true })).toBe('ok');
  });
});

it.each([
  ['no owner', [], false],
  ['a former pod', [podReference], true],
  ['another pod', [{ ...podReference, name: 'web-1' }], false],
  ['a pod, as another API has it', [{ ...podReference, apiVersion: 'db/v1' }], false],
  ['another kind of that name', [{ ...podReference, kind: 'Node' }], false],
  ['the set', [{ ...setReference, name: 'web-0' }], false],
])('SS-43: a claim of %s', (_, ownerReferences, expected) => {
  expect(isStaleClaim(aClaim('disk-web-0', { ownerReferences }), 'web-0')).toBe(expected);
});

it('SS-36: a claim with a deletion timestamp is on its way out', () => {
  expect(isClaimTerminating(aClaim('c', { deletionTimestamp: at(1) }))).toBe(true);
  expect(isClaimTerminating(aClaim('c'))).toBe(false);
});
