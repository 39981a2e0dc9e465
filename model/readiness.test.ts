import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aCondition, aPod, aSet, at, epoch, readyStatus } from './objects.fixture.ts';
import type { Condition, PodStatus } from './objects.ts';
import {
  availableAt,
  isAvailable,
  isCreated,
  isFailed,
  isRunningAndReady,
  isTerminating,
  wasEverReady,
} from './readiness.ts';

const podWith = (status: PodStatus) => aPod(aSet(), 0, { status });
const conditions = (...list: Condition[]): PodStatus => ({ phase: 'Running', startTime: at(0), conditions: list });

describe('phases', () => {
  it.each([
    [{}, { created: false, failed: false, ready: false }],
    [{ phase: 'Pending' }, { created: true, failed: false, ready: false }],
    [{ phase: 'Running' }, { created: true, failed: false, ready: false }],
    [readyStatus(), { created: true, failed: false, ready: true }],
    [
      { ...readyStatus(), phase: 'Pending' },
      { created: true, failed: false, ready: false },
    ],
    [{ phase: 'Failed' }, { created: true, failed: true, ready: false }],
    [{ phase: 'Succeeded' }, { created: true, failed: true, ready: false }],
  ] as const)('SS-68: %j', (status, expected) => {
    const pod = podWith(status);
    expect({ created: isCreated(pod), failed: isFailed(pod), ready: isRunningAndReady(pod) }).toEqual(expected);
  });

  it('a pod that is told to go is terminating, though it may be Ready still', () => {
    const pod = aPod(aSet(), 0, { meta: { deletionTimestamp: at(40) } });
    expect([isTerminating(pod), isRunningAndReady(pod)]).toEqual([true, true]);
  });
});

describe('isAvailable', () => {
  it.each([
    [0, 10_000, true],
    [5, 15_000, false],
    [5, 15_001, true],
  ])('SS-83: Ready at 10 s, for %d s, at %d ms: %s', (minReadySeconds, nowMs, expected) => {
    expect(isAvailable(podWith(readyStatus(10)), minReadySeconds, epoch + nowMs)).toBe(expected);
  });

  it('SS-83: does not look at the phase', () => {
    expect(isAvailable(podWith({ ...readyStatus(), phase: 'Pending' }), 0, epoch)).toBe(true);
  });

  it('SS-83: is false while Ready is not True, or its time is unknown', () => {
    expect(isAvailable(podWith(conditions(aCondition('Ready', 'False', 1))), 0, epoch + 1e9)).toBe(false);
    expect(isAvailable(podWith(conditions({ type: 'Ready', status: 'True' })), 1, epoch + 1e9)).toBe(false);
    expect(availableAt(podWith(conditions()), 0)).toBeUndefined();
  });

  it('SS-83: begins at availableAt, and not a millisecond earlier', () => {
    fc.assert(
      fc.property(fc.nat(10_000), fc.integer({ min: 1, max: 10_000 }), (since, minReadySeconds) => {
        const pod = podWith(readyStatus(since));
        const from = availableAt(pod, minReadySeconds) ?? Number.NaN;
        expect(isAvailable(pod, minReadySeconds, from)).toBe(true);
        expect(isAvailable(pod, minReadySeconds, from - 1)).toBe(false);
      }),
    );
  });
});

describe('wasEverReady', () => {
  const initialized = (since: number) => aCondition('Initialized', 'True', since);
  it.each([
    ['no Ready condition', conditions(), false],
    ['Ready now', conditions(aCondition('Ready', 'True', 0)), true],
    ['not Ready since its start', conditions(initialized(0), aCondition('Ready', 'False', 0)), false],
    ['not Ready since the second of its start', conditions(initialized(0), aCondition('Ready', 'False', 1)), false],
    ['not Ready since later than its start', conditions(initialized(0), aCondition('Ready', 'False', 2)), true],
    [
      'not Ready since before its init containers ended',
      conditions(initialized(9), aCondition('Ready', 'False', 5)),
      false,
    ],
    [
      'init containers still at work',
      conditions(aCondition('Initialized', 'False', 9), aCondition('Ready', 'False', 1)),
      false,
    ],
    ['Unknown since its node was lost', conditions(initialized(1), aCondition('Ready', 'Unknown', 90)), true],
    ['no time to go by', conditions({ type: 'Ready', status: 'False' }), true],
  ])('%s', (_, status, expected) => {
    expect(wasEverReady(podWith(status))).toBe(expected);
  });

  it('takes the start of a pod that waited for its node, not its creation', () => {
    const status = { ...conditions(aCondition('Ready', 'False', 300)), startTime: at(300) };
    expect(wasEverReady(podWith(status))).toBe(false);
  });
});
