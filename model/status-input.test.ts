import { describe, expect, it } from 'vitest';
import { aPod, aSet, aView, epoch } from './objects.fixture.ts';
import type { Condition, StatefulSet } from './objects.ts';
import { plan } from './plan.ts';
import { statusInputOf } from './status-input.ts';

/** The input for a set of one pod, which is available at revision `web-a`. */
function inputOf(set: StatefulSet, update: string, busy = false) {
  const made = plan(aView(set, { pods: [aPod(set, 0)] }), { update, current: 'web-a' }, epoch + 60_000);
  return statusInputOf(set, made, busy);
}

describe('statusInputOf', () => {
  const one = aSet({ replicas: 1 });

  it('is settled when nothing is left to do', () => {
    expect(inputOf(one, 'web-a')).toMatchObject({ settled: true, observedGeneration: 1 });
  });

  it('is not settled while there is something that could be done, and has not observed that generation', () => {
    expect(inputOf(one, 'web-b')).toMatchObject({ settled: false, operation: 'rollout', observedGeneration: 0 });
    expect(inputOf(one, 'web-a', true)).toMatchObject({ settled: false, observedGeneration: 0 });
  });

  const told = (condition: Condition, update: string) =>
    inputOf(aSet({ replicas: 1 }, { observedGeneration: 1, conditions: [condition] }), update);

  it.each<[string, Condition['type'], Condition['status'], string, object | undefined]>([
    ['what the API server refused', 'ReplicaFailure', 'True', 'web-b', { reason: 'QuotaExceeded', stuck: true }],
    ['not what it has taken since', 'ReplicaFailure', 'False', 'web-b', undefined],
    ['not what nobody asks of it any more', 'ReplicaFailure', 'True', 'web-a', undefined],
    ['not what others write', 'Backup', 'True', 'web-b', undefined],
    ['a name that is taken', 'NameConflict', 'True', 'web-b', { reason: 'NameConflict', stuck: true }],
  ])('waits for: %s', (_, type, status, update, waiting) => {
    const input = told({ type, status, reason: 'QuotaExceeded', message: 'no more than 3' }, update);
    expect(input.waiting).toEqual(waiting && { ...waiting, message: 'no more than 3' });
  });

  it('has a word for a refusal without any', () => {
    expect(told({ type: 'ReplicaFailure', status: 'True' }, 'web-b').waiting).toEqual({
      reason: 'Refused',
      message: '',
      stuck: true,
    });
    expect(told({ type: 'NameConflict', status: 'True' }, 'web-a')).toMatchObject({
      settled: false,
      waiting: { reason: 'NameConflict', message: '', stuck: true },
    });
  });

  it('tells what the API server refuses of the book-keeping, as long as it is due', () => {
    const message = 'write ControllerRevision web-a failed error: no';
    const conditions = [{ type: 'SyncFailure', status: 'True' as const, reason: 'Forbidden', message }];
    const refused = aSet({ replicas: 1 }, { conditions });
    expect(inputOf(refused, 'web-a', true).waiting).toEqual({ reason: 'Forbidden', message, stuck: true });
    expect(inputOf(refused, 'web-a').waiting).toBeUndefined();
  });

  it('is not settled while a pause holds an update back, though nothing can be done', () => {
    const paused = aSet({ replicas: 1, paused: true });
    expect(inputOf(paused, 'web-b')).toMatchObject({ settled: false, paused: true, observedGeneration: 1 });
    expect(inputOf(paused, 'web-a')).toMatchObject({ settled: true, paused: true });
  });
});
