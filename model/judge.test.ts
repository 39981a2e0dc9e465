import { describe, expect, it } from 'vitest';
import { type CoveredKey, isOver, judge } from './judge.ts';
import type { Step } from './plan.ts';
import { type Case, planOf } from './plan.fixture.ts';

const same = { revisions: { current: 'B', update: 'B' } };
const two: Case = { spec: { updateStrategy: { rollingUpdate: { maxUnavailable: 2 } } } };
const recreate: Case = { spec: { updateStrategy: { type: 'Recreate' } } };

const from5: Case = { ...same, spec: { ordinals: { start: 5 } } };

function parallel(maxUnavailable: number): Case {
  return { spec: { podManagementPolicy: 'Parallel', updateStrategy: { rollingUpdate: { maxUnavailable } } } };
}

function settle(ordinals: readonly number[], revision = 'B'): Step {
  return { verb: 'settle', ordinals, revision };
}

function remove(ordinal: number): Step {
  return { verb: 'remove', ordinals: [ordinal], revision: '' };
}

/** The verdict on the first ordinal of the step, which covers itself and what is named besides. */
function verdict(pods: string, step: Step, of?: Case, ahead: readonly CoveredKey[] = []): string {
  const covered = new Set([...ahead, ...step.ordinals.map((ordinal): CoveredKey => `${step.verb} ${ordinal}`)]);
  const result = judge(planOf(pods, of), step, step.ordinals[0] ?? -1, covered);
  if (result.kind === 'act') return result.act;
  return result.kind === 'stale' ? `stale: ${result.why}` : result.kind;
}

describe('what the step of one ordinal is to do', () => {
  it.each<[string, string, Step, string, Case?, CoveredKey[]?]>([
    ['its turn', '0A 1A 2A', settle([2]), 'delete'],
    ['its pod is going', '0A 1A 2At', settle([2]), 'wait'],
    ['its pod is gone', '0A 1A', settle([2]), 'create'],
    ['its pod starts', '0A 1A 2B?', settle([2]), 'wait'],
    ['its pod is there', '0A 1A 2B', settle([2]), 'done'],
    ['the one before it is not there yet', '0A 1A 2B?', settle([1]), 'wait', {}, ['settle 2']],
    [
      'the set shrinks past it',
      '0B 1B',
      settle([2]),
      'stale: ordinal 2 is not wanted any more',
      { ...same, spec: { replicas: 2 } },
    ],
    ['another revision is wanted', '0A 1A 2A', settle([2], 'C'), 'stale: revision B is wanted now'],
    ['another revision is wanted, and the ordinal is empty', '0A 1A', settle([2], 'C'), 'create'],
    [
      'another revision is wanted, and its pod is going',
      '0A 1A 2At',
      settle([2], 'C'),
      'stale: revision B is wanted now',
    ],
    [
      'the partition rose past it',
      '0A 1A 2A',
      settle([2]),
      'done',
      { spec: { updateStrategy: { rollingUpdate: { partition: 3 } } } },
    ],
    ['the set is paused', '0A 1A 2A', settle([2]), 'stale: the set is on hold', { spec: { paused: true } }],
    [
      'the set is paused, and another ordinal is empty',
      '0A 2A',
      settle([2]),
      'stale: the set is on hold',
      { spec: { paused: true } },
      ['settle 1'],
    ],
    ['a window that begins at 5', '5B', settle([6]), 'create', from5],
    ['a window that begins at 5, its pod is there', '5B 6B', settle([6]), 'done', from5],
    ['the set is paused, and the ordinal is empty', '0A 1A', settle([2]), 'create', { spec: { paused: true } }],
    ['a pod is lost that nobody looks after', '1A 2B?', settle([2]), 'stale: ordinal 0 comes first'],
    ['a pod is lost that another step looks after', '1A 2B?', settle([2]), 'wait', {}, ['settle 0']],
    [
      'a pod to be removed does not stand for one to be settled',
      '1A 2B?',
      settle([2]),
      'stale: ordinal 0 comes first',
      {},
      ['remove 0'],
    ],
    ['within a budget of two the higher goes first', '0A 1A 2A', settle([1]), 'wait', two, ['settle 2']],
    ['and then the lower', '0A 1A 2At', settle([1]), 'wait', two, ['settle 2']],
    [
      'a parallel set, too',
      '0A 1A 2At',
      settle([1]),
      'delete',
      { spec: { ...two.spec, podManagementPolicy: 'Parallel' } },
      ['settle 2'],
    ],
    [
      'not before a higher one that is broken',
      '0A 1A 2C?',
      settle([1]),
      'wait',
      { spec: { ...two.spec, podManagementPolicy: 'Parallel' } },
      ['settle 2'],
    ],
    ['nor before a higher one that flaps', '0A 1A 2A~', settle([1]), 'wait', parallel(2), ['settle 2']],
    ['one that flaps yields to a higher one, too', '0A 1A~ 2A', settle([1]), 'wait', parallel(3), ['settle 2']],
    ['what comes later is not urgent', '0A 1A 2B?', settle([2]), 'wait', parallel(2)],
    ['Recreate waits for nobody', '0A 1A 2A', settle([0]), 'delete', recreate],
    ['Recreate creates nothing while an old pod is going', '1At', settle([0, 1, 2]), 'wait', recreate],
    ['removal: its turn', '0B 1B 2B 3B', remove(3), 'remove', same],
    ['removal: not yet', '0B 1B 2B 3B 4B', remove(3), 'wait', same, ['remove 4']],
    ['removal: going', '0B 1B 2B 3Bt', remove(3), 'wait', same],
    ['removal: gone', '0B 1B 2B', remove(3), 'done', same],
    ['removal: wanted again', '0B 1B 2B', remove(2), 'stale: ordinal 2 is wanted again', same],
    ['removal: held up by a lost replica', '0B 2B 3B', remove(3), 'stale: ordinal 1 comes first', same],
  ])('%s: %j', (_, pods, step, expected, of, ahead) => {
    expect(verdict(pods, step, of, ahead)).toBe(expected);
  });
});

describe('isOver: whether work under way is still under way', () => {
  it.each<[string, string, CoveredKey, boolean]>([
    ['settled', '0B 1B 2B', 'settle 2', true],
    ['starting', '0B 1B 2B?', 'settle 2', false],
    ['lost again', '0B 1B', 'settle 2', false],
    ['not wanted any more', '0B 1B 2B', 'settle 7', true],
    ['removed', '0B 1B 2B', 'remove 3', true],
    ['not removed yet', '0B 1B 2B 3Bt', 'remove 3', false],
    ['removed, another not yet', '0B 1B 2B 4Bt', 'remove 3', true],
  ])('%s', (_, pods, key, expected) => {
    const [verb, ordinal] = key.split(' ') as [Step['verb'], string];
    expect(isOver(planOf(pods, same), verb, Number(ordinal))).toBe(expected);
  });

  it('counts ordinals from where the window begins', () => {
    expect(isOver(planOf('5B 6B?', from5), 'settle', 5)).toBe(true);
    expect(isOver(planOf('5B 6B?', from5), 'settle', 6)).toBe(false);
  });
});
