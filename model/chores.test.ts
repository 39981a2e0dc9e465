import { describe, expect, it } from 'vitest';
import { orderedDeletionFinalizer } from './annotations.ts';
import { choresOf } from './chores.ts';
import { aPod, aRevision, aSet, aTemplate, aView, at } from './objects.fixture.ts';
import type { ClusterView, StatefulSet } from './objects.ts';
import { chooseRevisions } from './revisions.ts';

function own(meta: Partial<StatefulSet['metadata']> = {}): StatefulSet {
  return { ...aSet({}, undefined, meta), apiVersion: 'ordinal.dev/v1' };
}

function chores(set: StatefulSet, of: Partial<ClusterView> = {}): string {
  const view = aView(set, { revisions: [aRevision(set, 1)], ...of });
  return choresOf(view, chooseRevisions(view))
    .map(({ kind }) => kind)
    .join(', ');
}

const finalizers = [orderedDeletionFinalizer];
const going = { deletionTimestamp: at(9) };

describe('what is due before pods are planned', () => {
  const native = aSet();
  const orphan = { ownerReferences: [] };
  it.each([
    ['nothing', native, {}, ''],
    ['SS-52: the revision of a new template', native, { revisions: [] }, 'revision'],
    [
      'SS-52c: an older one is wanted again',
      native,
      { revisions: [aRevision(native, 1), aRevision(native, 2, aTemplate('web:2'))] },
      'revision',
    ],
    [
      'SS-56: a revision that nobody owns',
      native,
      { revisions: [aRevision(native, 1, undefined, orphan)] },
      'adopt-revision',
    ],
    ['SS-100: a pod that nobody owns', native, { pods: [aPod(native, 0, { meta: orphan })] }, 'adopt-pod'],
    [
      'SS-100: a pod that it chooses no more',
      native,
      { pods: [aPod(native, 0, { meta: { labels: {} } })] },
      'release-pod',
    ],
    ['our own set is held until its pods are gone', own(), {}, 'add-finalizer'],
    ['it is held', own({ finalizers }), {}, ''],
    [
      'it does not want that',
      own({ finalizers, annotations: { 'ordinal.dev/ordered-deletion': 'false' } }),
      {},
      'remove-finalizer',
    ],
    ['a native set does not want that any more', aSet({}, undefined, { finalizers }), {}, 'remove-finalizer'],
    [
      'a native set wants it',
      aSet({}, undefined, { annotations: { 'ordinal.dev/ordered-deletion': 'true' } }),
      {},
      'add-finalizer',
    ],
    ['it is being deleted', own({ finalizers, ...going }), { revisions: [] }, ''],
    [
      'SS-111: it is being deleted, its pods are to stay',
      own({ finalizers: [...finalizers, 'orphan'], ...going }),
      {},
      'remove-finalizer',
    ],
  ])('%s', (_, set, of, expected) => {
    expect(chores(set, of)).toBe(expected);
  });

  it('SS-50: drops revisions beyond the limit, the oldest first', () => {
    const set = aSet({ revisionHistoryLimit: 1 });
    const revisions = [1, 2, 3].map((number) => aRevision(set, number, aTemplate(`old:${number}`)));
    expect(chores(set, { revisions: [...revisions, aRevision(set, 4)] })).toBe('drop-revision, drop-revision');
  });
});
