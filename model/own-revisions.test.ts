import { describe, expect, it } from 'vitest';
import { nameCondition, syncCondition, templateCondition } from './blocking.ts';
import { choresOf } from './chores.ts';
import { aRevision, aSet, aTemplate, aView, at } from './objects.fixture.ts';
import type { ControllerRevision, PodTemplate, StatefulSet } from './objects.ts';
import { plan } from './plan.ts';
import { checkedUpdate, chooseRevisions, revisionNames } from './revisions.ts';
import { isAtStandstill, standstill } from './standstill.ts';
import { templateHash, templateHashesAnnotation } from './template-hash.ts';

/** What the API server makes of a template. */
function defaulted(template: PodTemplate): PodTemplate {
  return { ...template, spec: { ...template.spec, restartPolicy: 'Always', dnsPolicy: 'ClusterFirst' } };
}

function own(template: PodTemplate, conditions: NonNullable<StatefulSet['status']>['conditions'] = []): StatefulSet {
  return { ...aSet({ template }, { replicas: 0, conditions }), apiVersion: 'ordinal.dev/v1' };
}

function revision(number: number, template: PodTemplate, ...knows: readonly PodTemplate[]): ControllerRevision {
  const annotations = { [templateHashesAnnotation]: knows.map(templateHash).join(' ') };
  return aRevision(own(template), number, defaulted(template), { annotations });
}

const [one, two] = [aTemplate('web:1'), aTemplate('web:2')];
const refused = { type: templateCondition, status: 'True' as const, lastTransitionTime: at(0) };

describe('chooseRevisions of our own resource', () => {
  it('has a template checked that no revision is known to be, and plans with the newest until then', () => {
    const choice = chooseRevisions(aView(own(two), { revisions: [revision(1, one, one)] }));
    expect(choice.update).toMatchObject({ action: 'check', hash: templateHash(two) });
    expect(revisionNames(choice).update).toBe(revision(1, one).metadata.name);
  });

  it('knows a template by its hash, and by its meaning', () => {
    const revisions = [revision(1, one, one)];
    expect(chooseRevisions(aView(own(one), { revisions })).update).toMatchObject({ action: 'keep' });
    expect(chooseRevisions(aView(own(defaulted(one)), { revisions })).update).toMatchObject({ action: 'keep' });
  });

  it('SS-52c: returns to an older one by its hash', () => {
    const revisions = [revision(1, one, one), revision(2, two, two)];
    expect(chooseRevisions(aView(own(one), { revisions })).update).toMatchObject({ action: 'bump', to: 3 });
  });
});

describe('checkedUpdate', () => {
  it('finds the revision that the template with its defaults is', () => {
    const known = revision(1, one, one);
    const view = aView(own({ ...one, spec: { ...one.spec, restartPolicy: 'Always' } }), { revisions: [known] });
    expect(checkedUpdate(view, defaulted(one), 'abc')).toMatchObject({ action: 'keep', revision: known });
  });

  it('makes a new one, which holds the defaults and knows the template as written', () => {
    const revisions = [revision(2, aTemplate('web:0')), revision(4, one, one), revision(3, aTemplate('web:3'))];
    const update = checkedUpdate(aView(own(two), { revisions }), defaulted(two), 'abc');
    expect(update).toMatchObject({ action: 'create', revision: { revision: 5 } });
    expect(update.revision.metadata.annotations).toMatchObject({ [templateHashesAnnotation]: 'abc' });
    expect(update.revision.data.spec.template).toMatchObject(defaulted(two));
  });

  it('SS-48: is named as the native controller names it', () => {
    const { name } = checkedUpdate(aView(own(one)), defaulted(one), 'abc');
    const native = chooseRevisions(aView(aSet({ template: defaulted(one) }))).update;
    expect(name).toBe(native.name);
  });
});

describe('standstill', () => {
  const look = (set: StatefulSet, revisions: readonly ControllerRevision[]) => {
    const view = aView(set, { revisions });
    const choice = chooseRevisions(view);
    return {
      undecided: isAtStandstill(view, choice),
      chores: choresOf(view, choice).map(({ kind }) => kind),
      view,
      choice,
    };
  };
  const taken = { type: nameCondition, status: 'True' } as const;
  const other = { type: 'Backup', status: 'True' } as const;
  const gone = (set: StatefulSet): StatefulSet => ({
    ...set,
    metadata: { ...set.metadata, deletionTimestamp: at(9) },
  });
  const forGeneration = (observedGeneration: number) => [{ ...refused, observedGeneration }];

  it('lasts while the template is being checked', () => {
    expect(look(own(two), [revision(1, one, one)])).toMatchObject({
      undecided: true,
      chores: expect.arrayContaining(['revision']),
    });
  });

  it('ends with the refusal: the set goes on at its last good template, and is not checked again', () => {
    const { undecided, chores } = look(own(two, forGeneration(1)), [revision(1, one, one)]);
    expect(undecided).toBe(false);
    expect(chores).not.toContain('revision');
  });

  it('ends where the template cannot be checked: the set goes on at its last good one, and the check is tried again', () => {
    const cannot = [{ type: syncCondition, status: 'True' as const }];
    const { undecided, chores } = look(own(two, cannot), [revision(1, one, one)]);
    expect(undecided).toBe(false);
    expect(chores).toContain('revision');
    expect(look(own(two, cannot), [])).toMatchObject({ undecided: true });
  });

  it('lasts when there never was a good one', () => {
    expect(look(own(two, forGeneration(1)), [])).toMatchObject({ undecided: true });
  });

  it('does not count a refusal of a former generation', () => {
    expect(look(own(two, forGeneration(0)), [revision(1, one, one)]).chores).toContain('revision');
  });

  it('lasts while the other API has a set of the name, without any chore', () => {
    const set = own(one, [{ type: nameCondition, status: 'True' }]);
    expect(look(set, [])).toMatchObject({ undecided: true, chores: [] });
  });

  it.each<[string, StatefulSet, boolean]>([
    ['not for a template that is known', own(one), false],
    ['not for what others write about the set', own(one, [{ type: 'Backup', status: 'True' }]), false],
    ['for a name that is taken, whatever others write', own(one, [other, taken]), true],
    ['not once the set is deleted', gone(own(one, [taken])), false],
    ['not for the deletion of a set whose template nobody has checked', gone(own(two)), false],
  ])('and otherwise: %s', (_, set, expected) => {
    expect(look(set, [revision(1, one, one)]).undecided).toBe(expected);
  });

  it('leaves nothing to do in a plan', () => {
    const { view, choice } = look(own(one), []);
    const { steps, acts, operation, promote } = standstill(plan(view, revisionNames(choice), 0));
    expect([steps, acts.size, operation, promote]).toEqual([[], 0, undefined, false]);
  });
});
