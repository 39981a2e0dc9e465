import { describe, expect, it } from 'vitest';
import { adoptRevisions, claimPods } from './claimed.ts';
import { aPod, aRevision, aSet, aView, at } from './objects.fixture.ts';
import type { OwnerReference } from './objects.ts';

const set = aSet();
const other: OwnerReference = {
  apiVersion: 'apps/v1',
  kind: 'StatefulSet',
  name: 'web',
  uid: 'other',
  controller: true,
};
const mere: OwnerReference = { ...other, controller: false };

describe('claimPods', () => {
  const dying = { deletionTimestamp: at(9) };
  it.each([
    ['its own pod', {}, 'claimed', 'claimed'],
    ['its own pod that is going', dying, 'claimed', 'claimed'],
    ['its own pod, relabelled (SS-103)', { labels: {} }, 'release', 'none'],
    ['its own pod of another name (SS-25)', { name: 'api-0' }, 'release', 'none'],
    ['its own pod with an ordinal beyond int32 (SS-95)', { name: 'web-9999999999' }, 'claimed', 'claimed'],
    ['an orphan that fits (SS-111)', { ownerReferences: [] }, 'adopt', 'none'],
    ['an orphan with an owner that is no controller', { ownerReferences: [mere] }, 'adopt', 'none'],
    ['an orphan that is going', { ownerReferences: [], ...dying }, 'none', 'none'],
    ['an orphan with other labels', { ownerReferences: [], labels: {} }, 'none', 'none'],
    ['an orphan of another name (SS-102)', { ownerReferences: [], name: 'web-x-0' }, 'none', 'none'],
    ['an orphan of another namespace', { ownerReferences: [], namespace: 'elsewhere' }, 'none', 'none'],
    ["another set's pod", { ownerReferences: [other] }, 'none', 'none'],
  ])('SS-100: %s', (_, meta, expected, whileDeleted) => {
    const pods = [aPod(set, 0, { meta })];
    const place = (owner: typeof set) => {
      const sorted = claimPods({ set: owner, pods });
      const places = Object.entries(sorted).filter(([, members]) => members.length > 0);
      expect(places.length).toBeLessThanOrEqual(1);
      return places[0]?.[0] ?? 'none';
    };
    expect(place(set)).toBe(expected);
    expect(place(aSet({}, undefined, dying))).toBe(whileDeleted);
  });
});

it('SS-56: adopts revisions that it selects and no one owns, unless it is being deleted', () => {
  const orphan = aRevision(set, 1, undefined, { ownerReferences: [] });
  const unlike = aRevision(set, 2, undefined, { ownerReferences: [], labels: {} });
  const foreign = aRevision(set, 3, undefined, { ownerReferences: [other] });
  const revisions = [orphan, unlike, foreign, aRevision(set, 4)];
  expect(adoptRevisions(aView(set, { revisions }))).toEqual([orphan]);
  expect(adoptRevisions(aView(aSet({}, undefined, { deletionTimestamp: at(9) }), { revisions }))).toEqual([]);
});
