import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aCondition, aPod, aSet, aView, at, epoch, readyStatus } from './objects.fixture.ts';
import type { Condition, Pod, PodStatus, StatefulSetStatus } from './objects.ts';
import type { StatusInput } from './status-input.ts';
import { projectStatus, sameStatus } from './status.ts';

const choice = { current: 'web-a', update: 'web-b' };
const settled: StatusInput = { settled: true, observedGeneration: 1 };
const now = epoch + 100_000;
const going = { deletionTimestamp: at(99) };
const set = aSet({ minReadySeconds: 20 });

const counters = (pods: readonly Pod[]) => {
  const status = projectStatus(aView(set, { pods }), choice, settled, now);
  const { replicas, readyReplicas, availableReplicas, currentReplicas, updatedReplicas } = status;
  return [replicas, readyReplicas, availableReplicas, currentReplicas, updatedReplicas];
};

describe('counters: replicas, ready, available, current, updated', () => {
  const pod = (of: Parameters<typeof aPod>[2]) => [aPod(set, 0, of)];
  it.each([
    ['no pod', [], [0, 0, 0, 0, 0]],
    ['a pod that is not created yet', pod({ status: {} }), [0, 0, 0, 0, 0]],
    ['a pending pod', pod({ status: { phase: 'Pending' } }), [1, 0, 0, 1, 0]],
    ['a failed pod', pod({ status: { phase: 'Failed' } }), [1, 0, 0, 1, 0]],
    ['a ready pod', pod({ status: readyStatus(90) }), [1, 1, 0, 1, 0]],
    ['an available pod', pod({}), [1, 1, 1, 1, 0]],
    ['an updated pod', pod({ revision: 'web-b' }), [1, 1, 1, 0, 1]],
    ['a pod of a third revision (SS-74)', pod({ revision: 'web-c' }), [1, 1, 1, 0, 0]],
    ['a pod that is going', pod({ meta: going }), [1, 1, 1, 0, 0]],
    ['a pod with no place (SS-95)', pod({ meta: { name: 'web-9999999999' } }), [1, 1, 1, 1, 0]],
    ["another's pod (SS-100)", pod({ meta: { ownerReferences: [] } }), [0, 0, 0, 0, 0]],
  ])('SS-95: %s', (_, pods, expected) => {
    expect(counters(pods)).toEqual(expected);
  });

  it('SS-98: a pod counts as current and as updated when both revisions are one', () => {
    const view = aView(set, { pods: [aPod(set, 0)] });
    const status = projectStatus(view, { current: 'web-a', update: 'web-a' }, settled, now);
    expect(status).toMatchObject({ currentReplicas: 1, updatedReplicas: 1, currentRevision: 'web-a' });
  });

  it('SS-20, SS-74: never contradict each other', () => {
    const phase = fc.constantFrom<PodStatus['phase'][]>(undefined, 'Pending', 'Running', 'Failed', 'Succeeded');
    const condition = fc.constantFrom<Condition[]>(
      [],
      [aCondition('Ready', 'True', 10)],
      [aCondition('Ready', 'True', 99)],
    );
    const any = fc.record({
      status: fc.record({ phase, conditions: condition }),
      revision: fc.constantFrom('web-a', 'web-b', 'web-c'),
      meta: fc.constantFrom({}, going),
    });
    fc.assert(
      fc.property(fc.array(any), (list) => {
        const found = counters(list.map((of, ordinal) => aPod(set, ordinal, of)));
        const [replicas = 0, ready = 0, available = 0, current = 0, updated = 0] = found;
        expect(available).toBeLessThanOrEqual(ready);
        expect(ready).toBeLessThanOrEqual(replicas);
        expect(current + updated).toBeLessThanOrEqual(replicas);
        expect(found.every((count) => (count ?? -1) >= 0)).toBe(true);
      }),
    );
  });

  it('SS-20, SS-54, SS-97: observedGeneration and collisionCount never go back; the latter is always there', () => {
    const old = aSet({}, { observedGeneration: 7, collisionCount: 2 });
    const status = projectStatus(aView(old), { ...choice, collisionCount: 1 }, settled, now);
    expect(status).toMatchObject({ observedGeneration: 7, collisionCount: 2 });
    expect(projectStatus(aView(set), choice, settled, now)).toMatchObject({ observedGeneration: 1, collisionCount: 0 });
  });
});

describe('conditions', () => {
  const full = [0, 1, 2].map((ordinal) => aPod(set, ordinal));
  const told = (progress: Partial<StatusInput>, pods = full, generation = 1) => {
    const of = aSet({}, undefined, { generation });
    const { conditions = [] } = projectStatus(aView(of, { pods }), choice, { ...settled, ...progress }, now);
    return Object.fromEntries(conditions.map(({ type, status }) => [type, status]));
  };
  const moving = { settled: false, operation: 'rollout' } as const;
  const stuck = { ...moving, waiting: { reason: 'ImagePull', message: 'no such image', stuck: true } };
  const slow = { ...moving, waiting: { reason: 'Starting', message: 'web-2 starts', stuck: false } };
  const [yes, no] = ['True', 'False'];

  it.each([
    ['settled', {}, full, { Ready: yes, Available: yes, Progressing: no, Reconciling: no, Stalled: no }],
    ['rolling out', moving, full, { Ready: no, Available: yes, Progressing: yes, Reconciling: yes, Stalled: no }],
    ['waiting', slow, full.slice(1), { Ready: no, Available: no, Progressing: yes, Reconciling: yes, Stalled: no }],
    ['stuck', stuck, full.slice(1), { Ready: no, Available: no, Progressing: no, Reconciling: no, Stalled: yes }],
    [
      'paused with a change held back',
      { ...stuck, paused: true },
      full,
      { Ready: no, Available: yes, Progressing: no, Reconciling: no, Stalled: no },
    ],
    [
      'settled short of ready pods',
      {},
      [],
      { Ready: no, Available: no, Progressing: no, Reconciling: no, Stalled: no },
    ],
  ])('%s', (_, progress, pods, expected) => {
    expect(told(progress, pods)).toEqual(expected);
  });

  it('a newer generation that is not observed yet is not Ready', () => {
    expect(told({}, full, 2)).toMatchObject({ Ready: no, Reconciling: yes });
  });

  it('names the reason for a person', () => {
    const { conditions = [] } = projectStatus(aView(set, { pods: full }), choice, { ...settled, ...stuck }, now);
    expect(conditions.find(({ type }) => type === 'Stalled')).toEqual({
      type: 'Stalled',
      status: 'True',
      reason: 'ImagePull',
      message: 'no such image',
      lastTransitionTime: at(100),
    });
    expect(conditions.find(({ type }) => type === 'Ready')?.message).toBe('3 of 3 pods are ready; no such image');
  });

  it.each<[string, Partial<StatusInput>, Pod[], Readonly<Record<string, [reason: string, message: string]>>]>([
    [
      'settled',
      {},
      full,
      {
        Available: ['AllAvailable', '3 of 3 pods are available'],
        Ready: ['Settled', '3 of 3 pods are ready'],
        Progressing: ['Settled', 'the set is as its spec asks'],
        Stalled: ['NotStuck', ''],
      },
    ],
    [
      'rolling out',
      moving,
      full.slice(1),
      {
        Available: ['PodsUnavailable', '2 of 3 pods are available'],
        Ready: ['RollingOut', '2 of 3 pods are ready; rollout in progress'],
        Progressing: ['RollingOut', 'rollout in progress'],
        Stalled: ['NotStuck', ''],
      },
    ],
    ['not looked at yet', { settled: false }, full, { Progressing: ['Pending', 'waiting to be looked at'] }],
    ['waiting', slow, full, { Progressing: ['Starting', 'web-2 starts'], Stalled: ['NotStuck', ''] }],
    [
      'paused',
      { paused: true, settled: false },
      full,
      { Progressing: ['Paused', 'the set is paused; changes wait until it is resumed'] },
    ],
    ['settled short of ready pods', {}, [], { Ready: ['PodsNotReady', '0 of 3 pods are ready'] }],
  ])('tells why: %s', (_, progress, pods, expected) => {
    const { conditions = [] } = projectStatus(aView(aSet(), { pods }), choice, { ...settled, ...progress }, now);
    const all = conditions.map(({ type, reason, message }) => [type, [reason, message]] as const);
    expect(Object.fromEntries(all)).toMatchObject(expected);
  });

  it('gives a set of our own the selector that its scale subresource reads, and a native set none', () => {
    const own = { ...set, apiVersion: 'ordinal.dev/v1' };
    expect(projectStatus(aView(own), choice, settled, now)).toHaveProperty('selector', 'app=web');
    expect(projectStatus(aView(set), choice, settled, now)).not.toHaveProperty('selector');
  });

  const project = (status: StatefulSetStatus | undefined, progress: Partial<StatusInput>, seconds: number) =>
    projectStatus(aView(aSet({}, status), { pods: full }), choice, { ...settled, ...progress }, epoch + seconds * 1000);
  const timeOf = (status: StatefulSetStatus, type: string) =>
    status.conditions?.find((condition) => condition.type === type)?.lastTransitionTime;

  it('moves lastTransitionTime only when the status flips', () => {
    const first = project(undefined, moving, 100);
    const second = project(first, slow, 200);
    const third = project(second, {}, 300);
    expect([first, second, third].map((status) => timeOf(status, 'Ready'))).toEqual([at(100), at(100), at(300)]);
    expect(timeOf(third, 'Available')).toBe(at(100));
  });

  it('SS-61: carries over the conditions and fields of others', () => {
    const foreign = aCondition('Backup', 'Unknown', 5);
    const former = { conditions: [foreign, aCondition('Ready', 'True', 6)], phase: 'theirs' };
    const status = project(former, {}, 100);
    expect(status.conditions?.slice(0, 2)).toMatchObject([foreign, { type: 'Ready', lastTransitionTime: at(6) }]);
    expect(status).toHaveProperty('phase', 'theirs');
  });

  it('SS-97: a projection of what was written is the same status', () => {
    const first = project(undefined, slow, 100);
    expect(project(first, slow, 900)).toEqual(first);
  });
});

describe('sameStatus', () => {
  const ready = aCondition('Ready', 'True', 1);
  const full: StatefulSetStatus = {
    replicas: 1,
    collisionCount: 0,
    conditions: [ready, aCondition('Stalled', 'False', 1)],
  };
  it.each([
    ['a counter of zero, or none', { ...full, readyReplicas: 0 }, full, true],
    ['another order of conditions', { ...full, conditions: full.conditions?.toReversed() }, full, true],
    ['nothing, twice', undefined, {}, true],
    ['a counter', { ...full, replicas: 2 }, full, false],
    ['observedGeneration', { ...full, observedGeneration: 1 }, full, false],
    ['a revision', { ...full, updateRevision: 'web-b' }, full, false],
    ['no collisionCount (SS-54)', { ...full, collisionCount: undefined }, full, false],
    ['a condition less', { ...full, conditions: [ready] }, full, false],
    ['a message', { ...full, conditions: [{ ...ready, message: 'x' }] }, { ...full, conditions: [ready] }, false],
    ['a transition time', { conditions: [{ ...ready, lastTransitionTime: at(2) }] }, { conditions: [ready] }, false],
  ])('SS-97: %s', (_, a, b, expected) => {
    expect(sameStatus(a, b)).toBe(expected);
    expect(sameStatus(b, a)).toBe(expected);
  });
});

it('sees no difference between an empty message and one that the API server has left out', () => {
  const stalled = { type: 'Stalled', status: 'False', reason: 'NotStuck' } as const;
  expect(sameStatus({ conditions: [{ ...stalled, message: '' }] }, { conditions: [stalled] })).toBe(true);
  expect(sameStatus({ conditions: [{ ...stalled, message: 'x' }] }, { conditions: [stalled] })).toBe(false);
});

it('forgets what the API server refused once nothing is left that it could refuse', () => {
  const refused = { type: 'ReplicaFailure', status: 'True', reason: 'QuotaExceeded', message: 'no' } as const;
  const set = aSet({ replicas: 0 }, { conditions: [refused] });
  const typesOf = (settled: boolean) =>
    projectStatus(
      { set, pods: [] },
      { current: 'web-a', update: 'web-a' },
      { settled, observedGeneration: 1 },
      epoch,
    ).conditions?.map(({ type }) => type);
  expect(typesOf(true)).not.toContain('ReplicaFailure');
  expect(typesOf(false)).toContain('ReplicaFailure');
});
