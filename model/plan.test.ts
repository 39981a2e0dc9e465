import { describe, expect, it } from 'vitest';
import { annotations, orderedDeletionFinalizer } from './annotations.ts';
import { podNameLabel, revisionLabel } from './identity.ts';
import { aCondition, aPod, aSet, at, aView, epoch, readyStatus } from './objects.fixture.ts';
import { type Case, noon, planOf, stepsOf, stepsText } from './plan.fixture.ts';
import { inFewSteps, plan } from './plan.ts';

const same = { revisions: { current: 'B', update: 'B' } };
const parallel: Case = { spec: { podManagementPolicy: 'Parallel' } };
const recreate: Case = { spec: { updateStrategy: { type: 'Recreate' } } };
const onDelete: Case = { spec: { updateStrategy: { type: 'OnDelete' } } };
const noBlock: Case = { spec: { updateStrategy: { type: 'RollingUpdate' }, replicas: 4 } };
const partition: Case = { spec: { updateStrategy: { rollingUpdate: { partition: 2 } } } };
const together: Case = { own: true, spec: { updateStrategy: { rollingUpdate: { maxUnavailable: 2 } }, replicas: 5 } };
const ordered = {
  finalizers: [orderedDeletionFinalizer],
  annotations: { [annotations.orderedDeletion]: 'true' },
};
const deleted = { ...ordered, deletionTimestamp: at(900) };

describe('steps: everything that is left, in working order', () => {
  it.each<[string, string, string, Case?]>([
    ['an ordered start', '', 'settle 0@B; settle 1@B; settle 2@B', same],
    ['an update, from the top', '0A 1A 2A', 'settle 2@B; settle 1@B; settle 0@B'],
    ['in the middle of it', '0A 1A 2B?', 'settle 2@B; settle 1@B; settle 0@B'],
    [
      'SS-73: first what is missing, then what is too many, then the update',
      '0A 1A 3A',
      'settle 2@B; remove 3; settle 1@B; settle 0@B',
    ],
    [
      'a broken pod that may go comes before others that only wait',
      '0B? 1B 2C?',
      'settle 2@B; settle 0@B',
      { ...same, spec: { updateStrategy: { rollingUpdate: { maxUnavailable: 2 } } } },
    ],
    ['a parallel set: one step for many', '1Bx', 'settle 0,1,2@B', { ...same, ...parallel }],
    ['a parallel set: first those that can be helped now', '0B? 2B', 'settle 1,0@B', { ...same, ...parallel }],
    ['Recreate', '0A 1A~ 2A?', 'settle 1,2@B; settle 0@B', recreate],
    ['Recreate: old pods before gaps', '1A! 2A?', 'settle 1,2,0@B', recreate],
    ['Recreate: one step for all old pods', '0A 1A 2A', 'settle 2,1,0@B', recreate],
    [
      'a parallel set below and above its partition',
      '',
      'settle 0,1@A; settle 2@B',
      { spec: { ...parallel.spec, ...partition.spec } },
    ],
    [
      'pods that go down together are one step, the top one goes alone',
      '0A 1A 2A 3A 4A',
      'settle 4@B; settle 3,2@B; settle 1,0@B',
      together,
    ],
    ['... once: the top one is back', '0A 1A 2A 3A 4B', 'settle 3,2@B; settle 1,0@B', together],
    [
      '... not in a parallel set',
      '0A 1A 2A 3A 4A',
      'settle 4,3@B; settle 2,1@B; settle 0@B',
      { ...together, spec: { ...together.spec, ...parallel.spec } },
    ],
    [
      '... nor in a native set',
      '0A 1A 2A 3A 4A',
      'settle 4,3@B; settle 2,1@B; settle 0@B',
      { ...together, own: false },
    ],
    ['on hold: broken and unwell pods of the old revision stay', '0A 1A~ 2C?', '', { spec: { paused: true } }],
    ['an ordered deletion', '0B 1B 2B', 'remove 2; remove 1; remove 0', { meta: deleted }],
    ['an ordered deletion of a parallel set', '0B 1B 2B', 'remove 2,1,0', { ...parallel, meta: deleted }],
    ['a deletion without our finalizer', '0B 1B 2B', '', { meta: { ...deleted, finalizers: [] } }],
    ['on hold: repairs only', '0A 2A 3A', 'settle 1@B', { spec: { paused: true } }],
    ['nothing', '0B 1B 2B', '', same],
  ])('%s: %j -> %j', (_, pods, steps, of) => {
    expect(stepsOf(pods, of)).toBe(steps);
  });

  it('gives every act a step of its ordinal', () => {
    for (const pods of ['0A! 2C? 3A', '0A~ 1Ax 3B', '1C? 2At', '0C? 1C? 2C? 3C? 4A']) {
      for (const of of [{}, parallel, recreate, onDelete, noBlock, partition, { own: true }]) {
        const { acts, steps } = planOf(pods, of);
        const covered = new Set(steps.flatMap((step) => step.ordinals));
        expect([...acts.keys()].filter((ordinal) => !covered.has(ordinal))).toEqual([]);
      }
    }
  });

  it.each<[string, string, number, Case?]>([
    ['of a parallel set that starts', '', 16, { ...same, ...parallel }],
    ['of one that has groups and single ordinals left', '2A', 16, parallel],
    ['of one with a single ordinal left', '0B 1B', 4, { ...same, ...parallel }],
    ['of a long ordered set, whose steps have several ordinals', '', 4, { ...same, spec: { replicas: 40 } }],
  ])('how many steps may be under way: %s', (_, pods, window, of) => {
    expect(planOf(pods, of).window).toBe(window);
  });

  it.each<[string, string, number, Case]>([
    ['updates', '0A 1A 2A', 3, { spec: { paused: true } }],
    ['broken and unwell pods, and those that are too many', '0A 1C? 2A~ 3A 4A', 5, { spec: { paused: true } }],
    ['not what is missing', '0B', 0, { spec: { paused: true } }],
    ['nothing without a hold', '0A 1A 2A', 0, {}],
    ['nothing of a set that is deleted', '0A 1A', 0, { meta: deleted, spec: { paused: true } }],
  ])('counts what a hold keeps back: %s', (_, pods, heldBack, of) => {
    expect(planOf(pods, of).heldBack).toBe(heldBack);
  });

  it('counts pods that go neither as ready nor as updated', () => {
    const { counts } = planOf('0B 1A~ 2Bt 3C? 4A', { spec: { replicas: 6 } });
    expect(counts).toEqual({ desired: 6, ready: 2, updated: 1, available: 2 });
  });

  it('keeps steps under way for as many pods as may be down, and a few to look ahead', () => {
    const wide = { spec: { replicas: 12, updateStrategy: { rollingUpdate: { maxUnavailable: 9 } } } };
    expect([planOf('').window, planOf('', { look: 1 }).window]).toEqual([4, 1]);
    expect(planOf('', wide).window, 'a step for each').toBe(9);
    const old = Array.from({ length: 12 }, (_, ordinal) => `${ordinal}A`).join(' ');
    expect(planOf(old, wide).window, 'steps of nine').toBe(4);
  });
});

describe('the same in fewer steps', () => {
  it.each<[string, string, string, Case?]>([
    ['an ordered start', '', 'settle 0,1,2@B', same],
    ['what differs in verb or revision stays apart', '0A 1A 3A', 'settle 2@B; remove 3; settle 1,0@B'],
    ['a partition', '2A', 'settle 0,1@A; settle 2@B', partition],
    ['pods that go down together', '0A 1A 2A 3A 4A', stepsOf('0A 1A 2A 3A 4A', together), together],
    [
      '32 at most, of whole steps',
      '',
      'settle 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29@B; settle 30,31,32,33,34,35,36,37,38,39@B',
      { ...same, spec: { replicas: 40 } },
    ],
  ])('%s: %j: %s', (_, pods, steps, of) => {
    expect(stepsText(inFewSteps(planOf(pods, of)))).toBe(steps);
  });
});

describe('SS-62: the revision of a pod that comes back', () => {
  it.each<[string, string, string, Case?]>([
    ['the default block: the new one, wherever', '1A 2A', 'settle 0@B; settle 2@B; settle 1@B'],
    ['below the partition: the current one', '1A 2B', 'settle 0@A', partition],
    ['SS-63: also a new one below the partition', '0A', 'settle 1@A; settle 2@B', partition],
    ['no block: the current one below pods that have it', '0A 2A 3B', 'settle 1@A; settle 2@B; settle 0@B', noBlock],
    ['no block: the new one above them', '0A 1A 2A', 'settle 3@B; settle 2@B; settle 1@B; settle 0@B', noBlock],
    [
      'no block: the new one where the current one serves nobody',
      '0A? 1A? 3A!',
      'settle 0@B; settle 1@B; settle 2@B; settle 3@B',
      { spec: { ...noBlock.spec, podManagementPolicy: 'OrderedReady' } },
    ],
    [
      'no block: condemned pods do not count',
      '0A 1A 2A 7A',
      'settle 3@B; remove 7; settle 2@B; settle 1@B; settle 0@B',
      noBlock,
    ],
    ['no block: a pod on its way out', '0A 1At 2A 3B', 'settle 1@A; settle 2@B; settle 0@B', noBlock],
    ['a failed pod below the partition, of a third revision', '0Cx 1A 2B', 'settle 0@A', partition],
    ['a broken pod below the partition, of a third revision', '0C? 1A 2B', 'settle 0@A', partition],
    [
      'no block: a condemned pod right above the window',
      '0A 1A 2A 4A',
      'settle 3@B; remove 4; settle 2@B; settle 1@B; settle 0@B',
      noBlock,
    ],
    ['no block: the new one below pods that have it', '0A 3B', 'settle 1@B; settle 2@B; settle 0@B', noBlock],
    ['Recreate: the new one, also below old pods', '1A 2A', 'settle 0@B; settle 2,1@B', recreate],
    ['SS-82: OnDelete: the new one, also below old pods', '1A 2A', 'settle 0@B', onDelete],
    ['SS-82: OnDelete: the new one', '0A 1Ax', 'settle 1@B; settle 2@B', onDelete],
    ['OnDelete: one that starts keeps its own', '0A 1A 2A~', 'settle 2@A', onDelete],
    [
      'Recreate on hold: the old one, they never mix (SS-91)',
      '0A 2A',
      'settle 1@A',
      { spec: { ...recreate.spec, paused: true } },
    ],
    ['... as long as one pod is old', '0B 2A', 'settle 1@A', { spec: { ...recreate.spec, paused: true } }],
    ['... and no longer', '0B 2B', 'settle 1@B', { spec: { ...recreate.spec, paused: true } }],
  ])('%s: %j -> %j', (_, pods, steps, of) => {
    expect(stepsOf(pods, of)).toBe(steps);
  });

  it('no block: a pod that would come back as it is, is not replaced out of turn', () => {
    expect([...planOf('0A! 1A 2A 3A', noBlock).acts]).toEqual([]);
    expect([...planOf('0A! 1A! 2A! 3A!', { ...noBlock }).acts]).toEqual([[0, 'delete']]);
  });
});

describe('the operation that the steps amount to', () => {
  const unseen = { status: { observedGeneration: 0 } };
  const changed = { meta: { generation: 2 } };
  it.each<[string, string, string | undefined, Case?]>([
    ['a new set', '', 'rollout', { ...same, ...unseen }],
    ['an update', '0A 1A 2A', 'rollout'],
    ['an update that waits', '0A 1A~ 2A', 'rollout'],
    ['a broken pod of an old revision alone', '0B 1B 2C?', 'rollout'],
    ['an unwell pod of an old revision alone', '0B 1B 2A~', 'rollout'],
    ['a failed pod after a change', '0B 1Bx 2B', 'scale', { ...same, ...changed }],
    ['a pod that is going after a change', '0B 1Bt 2B', 'scale', { ...same, ...changed }],
    ['a pod that flaps after a change', '0B 1B~ 2B', 'repair', { ...same, ...changed }],
    ['more replicas', '0B 1B', 'scale', { ...same, ...changed }],
    ['fewer replicas', '0B 1B 2B 3B', 'scale', { ...same, ...changed }],
    ['fewer replicas and an update: scale goes first', '0A 1A 2A 3A', 'scale', changed],
    ['a lost pod', '0B 1B', 'repair', same],
    ['a failed pod', '0B 1Bx 2B', 'repair', same],
    ['a pod that flaps', '0B 1B~ 2B', 'repair', same],
    ['a lost pod during an update', '0A 2B', 'rollout'],
    ['a lost pod while the set is paused', '0A 2A', 'repair', { spec: { paused: true } }],
    ['a lost pod of a paused set that has too many', '0B 2B 3B', 'repair', { ...same, spec: { paused: true } }],
    ['a paused set', '0A 1A 2A', undefined, { spec: { paused: true } }],
    ['a settled set', '0B 1B 2B', undefined, same],
    ['a deletion', '0B', 'deletion', { meta: deleted }],
  ])('%s: %j -> %s', (_, pods, operation, of) => {
    expect(planOf(pods, of).operation).toBe(operation);
  });

  it('calls it a repair when labels are to be put right (SS-28)', () => {
    const set = aSet({}, { observedGeneration: 1 });
    const labels = { app: 'web', [revisionLabel]: 'B', [podNameLabel]: 'other' };
    const pods = [aPod(set, 0, { meta: { labels } }), aPod(set, 1, { revision: 'B' }), aPod(set, 2, { revision: 'B' })];
    const { operation, acts, steps } = plan(aView(set, { pods }), same.revisions, noon);
    expect([operation, [...acts], steps.length]).toEqual(['repair', [[0, 'mend']], 1]);
  });
});

describe('SS-98: the update revision becomes the current one', () => {
  it.each<[string, string, boolean, Case?]>([
    ['when all have it', '0B 1B 2B', true],
    ['not before all are available (SS-85)', '0B~ 1B 2B', false],
    ['not while one is too many', '0B 1B 2B 3B', false],
    ['SS-86: not while a partition keeps one back', '0A 1A 2B', false, partition],
    ['with a partition, when all have it all the same', '0B 1B 2B', true, partition],
    ['at once when none are wanted', '', true, { spec: { replicas: 0 } }],
    ['not again', '0B 1B 2B', false, same],
    ['SS-82: under OnDelete', '0B 1B 2B', true, { ...onDelete, own: true }],
    ['SS-82: under OnDelete not as long as one is old', '0A 1B 2B', false, { ...onDelete, own: true }],
    ['native sets: never under OnDelete, as 1.36 has it', '0B 1B 2B', false, onDelete],
    ['not when it is being deleted', '', false, { meta: { deletionTimestamp: at(900) } }],
  ])('%s: %j', (_, pods, promote, of) => {
    expect(planOf(pods, of).promote).toBe(promote);
  });
});

describe('minReadySeconds', () => {
  const spec = { minReadySeconds: 30 };
  const pods = (...since: number[]) => {
    const set = aSet(spec, { observedGeneration: 1 });
    return aView(set, {
      pods: since.map((seconds, ordinal) => aPod(set, ordinal, { revision: 'B', status: readyStatus(seconds) })),
    });
  };
  const after = (seconds: number) => plan(pods(10, 20), same.revisions, epoch + seconds * 1000);

  it('SS-83: the next one waits until the former is available, strictly later', () => {
    expect([...after(50).acts]).toEqual([]);
    expect([...plan(pods(10, 20), same.revisions, epoch + 50_001).acts]).toEqual([[2, 'create']]);
  });

  it('says when to look again, for the first that will be available (SS-84: waited once)', () => {
    expect(after(30).wakeAt).toBe(epoch + 40_001);
    expect(after(45).wakeAt).toBe(epoch + 50_001);
    expect(after(60).wakeAt).toBeUndefined();
  });

  it('counts Ready and available apart', () => {
    expect(after(45).counts).toEqual({ desired: 3, ready: 2, updated: 2, available: 1 });
  });
});

describe('wakeAt, for trouble that will be believed when it has lasted', () => {
  const crashing = (revision: string, ordinal: number, since: number) =>
    aPod(aSet(), ordinal, {
      revision,
      status: {
        phase: 'Running',
        startTime: at(0),
        conditions: [aCondition('Ready', 'False', since)],
        containerStatuses: [{ name: 'web', ready: false, state: { waiting: { reason: 'CrashLoopBackOff' } } }],
      },
    });
  const wake = (revision: string, wait = false) => {
    const annotations: Record<string, string> = wait ? { 'ordinal.dev/stuck-policy': 'Wait' } : {};
    const set = aSet({ updateStrategy: { rollingUpdate: { partition: 1 } } }, undefined, { annotations });
    const pods = [crashing(revision, 0, 100)];
    const { wakeAt, acts } = plan(aView(set, { pods }), { current: 'A', update: 'B' }, epoch + 102_000);
    return [wakeAt, acts.size];
  };

  it('of a pod of a third revision below the partition', () => expect(wake('C')).toEqual([epoch + 105_000, 0]));
  it('not where nothing comes of it', () => expect(wake('C', true)).toEqual([undefined, 0]));
});

describe('why nothing can be done', () => {
  it.each<[string, string, string, number | undefined, Case?]>([
    ['a pod that starts', '0B?', 'NotReady', 0, same],
    ['a pod in a crash loop', '0B 1B! 2B', 'CrashLoop', 1, same],
    ['a pod that is going', '0Bt 1B 2B', 'Terminating', 0, same],
    ['Recreate: the old pod that has not gone', '2At', 'Terminating', 2, recreate],
    ['scale-in: a lower pod that is going', '0B 1B 2B 4Bt 5B', 'Terminating', 4, same],
    ['scale-in: the lowest that is unwell (SS-72)', '0B 1B 2B 4B~ 5B~', 'ProbeFailing', 4, same],
    ['a hold', '0A 1A 2A', 'Paused', undefined, { spec: { paused: true } }],
    ['an abort', '0A 1A 2A', 'Aborted', undefined, { meta: { annotations: { 'ordinal.dev/abort': 'x' } } }],
  ])('%s: %j: %s of ordinal %s', (_, pods, reason, ordinal, of) => {
    expect(planOf(pods, of).waiting).toMatchObject({ reason, ...(ordinal !== undefined && { ordinal }) });
  });

  it('says nothing while something can be done', () => expect(planOf('0B', same).waiting).toBeUndefined());
});
