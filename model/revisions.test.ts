import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aPod, aRevision, aSet, aTemplate, aView, at } from './objects.fixture.ts';
import type { ControllerRevision } from './objects.ts';
import { revisionName } from './revision-name.ts';
import { serializeRevision } from './revision-data.ts';
import {
  chooseRevisions,
  compareRevisions,
  liveRevisions,
  newRevision,
  nextCollision,
  revisionHashLabel,
  truncatedHistory,
} from './revisions.ts';

const [one, two, three] = [aTemplate('web:1'), aTemplate('web:2'), aTemplate('web:3')];

describe('newRevision', () => {
  const set = aSet({}, undefined, { annotations: { 'kubernetes.io/change-cause': 'why' } });
  const made = () => newRevision({ set, template: one, revision: 4, collisionCount: 2 });

  it('SS-49: labels it like the template, and with its hash', () => {
    const revision = made();
    const hash = revision.metadata.labels?.[revisionHashLabel];
    expect(revision.metadata.labels).toEqual({ app: 'web', [revisionHashLabel]: hash });
    expect(revision.metadata.name).toBe(`web-${hash}`);
    expect(revision.metadata.name).toBe(revisionName('web', serializeRevision(revision.data), 2));
  });

  it('SS-49: copies the annotations of the set and is owned by it', () => {
    const revision = made();
    expect(revision.metadata.annotations).toEqual({ 'kubernetes.io/change-cause': 'why' });
    expect(revision.metadata.ownerReferences).toMatchObject([{ uid: 'set-uid', controller: true }]);
    const type = { apiVersion: 'apps/v1', kind: 'ControllerRevision' };
    expect(revision).toMatchObject({ ...type, revision: 4, metadata: { namespace: 'shop' } });
    const bare = newRevision({ set: aSet(), template: { spec: one.spec }, revision: 1, collisionCount: 0 });
    expect(bare.metadata).not.toHaveProperty('annotations');
  });
});

describe('nextCollision', () => {
  const set = aSet();
  const wanted = newRevision({ set, template: one, revision: 1, collisionCount: 0 });

  it('SS-54: takes an object with the same data as the result', () => {
    const existing = aRevision(set, 1, one);
    expect(nextCollision({ set, wanted, existing, collisionCount: 0 })).toEqual({
      action: 'adopt',
      revision: existing,
    });
  });

  it('SS-49, SS-54: hashes again with the next count, and keeps the hash label', () => {
    const existing = { ...aRevision(set, 1, two), metadata: { ...aRevision(set, 1, one).metadata } };
    const next = nextCollision({ set, wanted, existing, collisionCount: 0 });
    expect(next).toMatchObject({ action: 'retry', collisionCount: 1 });
    expect(next.revision.metadata.name).toBe(revisionName('web', serializeRevision(wanted.data), 1));
    expect(next.revision.metadata.labels).toEqual(wanted.metadata.labels);
  });
});

describe('compareRevisions', () => {
  const revision = (name: string, number: number, seconds: number): ControllerRevision =>
    aRevision(aSet(), number, one, { name, creationTimestamp: at(seconds) });

  it('SS-51: orders by number, then creation, then name', () => {
    const sorted = [revision('a', 1, 9), revision('z', 2, 1), revision('b', 2, 5), revision('c', 2, 5)];
    expect(sorted.toReversed().sort(compareRevisions)).toEqual(sorted);
  });

  it('SS-51: is a total order', () => {
    const any = fc
      .tuple(fc.constantFrom('a', 'b'), fc.nat(2), fc.nat(2))
      .map(([name, number, seconds]) => revision(name, number, seconds));
    fc.assert(
      fc.property(any, any, any, (a, b, c) => {
        expect(Math.sign(compareRevisions(a, b))).toBe(-Math.sign(compareRevisions(b, a)) || 0);
        if (compareRevisions(a, b) <= 0 && compareRevisions(b, c) <= 0) {
          expect(compareRevisions(a, c)).toBeLessThanOrEqual(0);
        }
      }),
    );
  });
});

describe('chooseRevisions', () => {
  const set = aSet({ template: two });
  const [first, second, third] = [aRevision(set, 1, one), aRevision(set, 2, two), aRevision(set, 3, three)];

  it('SS-52, SS-55: creates the first, which is also the current one', () => {
    const { update, current } = chooseRevisions(aView(set));
    expect(update).toMatchObject({ action: 'create', revision: { revision: 1 } });
    expect(current).toBe(update.name);
  });

  it('SS-52: keeps the newest when the template is its', () => {
    const { update } = chooseRevisions(aView(set, { revisions: [second, first] }));
    expect(update).toEqual({ action: 'keep', name: second.metadata.name, revision: second });
  });

  it('SS-52: creates the next number for a new template', () => {
    const { update } = chooseRevisions(aView(set, { revisions: [first, third] }));
    expect(update).toMatchObject({ action: 'create', revision: { revision: 4 } });
    expect(update.name).toBe(second.metadata.name);
  });

  it('SS-52c, SS-87: gives a former revision a new number and keeps its name', () => {
    const { update } = chooseRevisions(aView(set, { revisions: [first, second, third] }));
    expect(update).toEqual({ action: 'bump', name: second.metadata.name, revision: second, to: 4 });
  });

  const nulled = { ...two, metadata: { ...two.metadata, creationTimestamp: null } };

  it('SS-57: keeps the newest although another serializer wrote it', () => {
    const written = aRevision(set, 5, nulled);
    const { update } = chooseRevisions(aView(set, { revisions: [first, written] }));
    expect(update).toMatchObject({ action: 'keep', name: written.metadata.name });
    expect(written.metadata.name).not.toBe(second.metadata.name);
  });

  it('SS-53: finds an older one that another serializer wrote, where upstream makes a second', () => {
    const written = aRevision(set, 2, nulled);
    const { update } = chooseRevisions(aView(set, { revisions: [first, written, third] }));
    expect(update).toMatchObject({ action: 'bump', name: written.metadata.name, to: 4 });
  });

  it('SS-56: pays no heed to revisions of another owner', () => {
    const foreign = aRevision(aSet({}, undefined, { uid: 'other' }), 7, two);
    const orphan = aRevision(set, 2, two, { ownerReferences: [] });
    expect(chooseRevisions(aView(set, { revisions: [foreign] })).update.action).toBe('create');
    expect(chooseRevisions(aView(set, { revisions: [orphan] })).update.action).toBe('keep');
  });

  it.each([
    ['the one that the status names', first.metadata.name, first.metadata.name],
    ['the update revision when the status names none that exists', 'web-gone', second.metadata.name],
    ['the update revision when the status names none', undefined, second.metadata.name],
  ])('SS-55: current is %s', (_, currentRevision, expected) => {
    const named = aSet({ template: two }, { currentRevision });
    expect(chooseRevisions(aView(named, { revisions: [first, second] })).current).toBe(expected);
  });

  it('SS-54: names a new revision with the collision count of the status, or the one given', () => {
    const collided = aSet({ template: two }, { collisionCount: 3 });
    const name = (count: number) =>
      newRevision({ set, template: two, revision: 1, collisionCount: count }).metadata.name;
    expect(chooseRevisions(aView(collided)).update.name).toBe(name(3));
    expect(chooseRevisions(aView(collided), 4).update.name).toBe(name(4));
  });
});

describe('truncatedHistory', () => {
  const revisions = Array.from({ length: 6 }, (_, i) => aRevision(aSet(), i + 1, aTemplate(`web:${i}`)));
  const names = revisions.map(({ metadata }) => metadata.name);
  const choice = { current: names[4] ?? '', update: names[5] ?? '' };
  const truncated = (limit: number | undefined, pods: string[] = []) => {
    const set = aSet({ revisionHistoryLimit: limit });
    const view = aView(set, {
      revisions: revisions.toReversed(),
      pods: pods.map((revision, ordinal) => aPod(set, ordinal, { revision })),
    });
    return truncatedHistory(view, choice).map(({ metadata }) => metadata.name);
  };

  it.each([
    [0, [0, 1, 2, 3]],
    [1, [0, 1, 2]],
    [4, []],
    [undefined, []],
    [-1, []],
  ])('SS-50: a limit of %s leaves that many that are not live, the oldest go first', (limit, expected) => {
    expect(truncated(limit)).toEqual(expected.map((index) => names[index]));
  });

  it('SS-50: a revision that a pod was made from is live', () => {
    expect(truncated(0, [names[0] ?? '', names[2] ?? ''])).toEqual([names[1], names[3]]);
  });

  it('SS-50: never takes what another owns', () => {
    const set = aSet({ revisionHistoryLimit: 0 });
    const foreign = aRevision(aSet({}, undefined, { uid: 'other' }), 1, one);
    expect(truncatedHistory(aView(set, { revisions: [foreign] }), choice)).toEqual([]);
  });

  it('SS-50: keeps what is live, whatever the limit', () => {
    fc.assert(
      fc.property(fc.nat(8), fc.subarray(names), (limit, pods) => {
        const set = aSet({ revisionHistoryLimit: limit });
        const view = aView(set, { revisions, pods: pods.map((revision, i) => aPod(set, i, { revision })) });
        const live = liveRevisions(view, choice);
        const gone = truncatedHistory(view, choice);
        expect(gone.filter(({ metadata }) => live.has(metadata.name))).toEqual([]);
        expect(revisions.length - gone.length - live.size).toBe(Math.min(limit, revisions.length - live.size));
      }),
    );
  });
});
