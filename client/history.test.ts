import { describe, expect, it } from 'vitest';
import { historyOf, revisionToRestore } from './history.ts';
import { aLook } from './looks.fixture.ts';

const { view } = aLook();

describe('history', () => {
  it('is told oldest first, with what each revision is', () => {
    expect(historyOf(view).map(({ revision, images, roles }) => [revision, images, roles])).toEqual([
      [1, ['web:1'], []],
      [2, ['web:2'], ['update', 'current']],
    ]);
  });
  it('is returned to by number, or to the one before', () => {
    expect(revisionToRestore(view).revision).toBe(1);
    expect(revisionToRestore(view, 0).revision).toBe(1);
    expect(revisionToRestore(view, 2).revision).toBe(2);
  });
  it('says what there is when a number is unknown', () => {
    expect(() => revisionToRestore(view, 7)).toThrow('unable to find the revision 7; there are: 1, 2');
    expect(() => revisionToRestore(view, 7)).toThrow(expect.objectContaining({ code: 'NoSuchRevision' }));
    expect(() => revisionToRestore({ ...view, revisions: view.revisions.slice(0, 1) })).toThrow('no last revision');
  });
});
