import { describe, expect, it } from 'vitest';
import { aCondition, aPod, aSet, at, aView, epoch } from './objects.fixture.ts';
import type { Pod, PodStatus } from './objects.ts';
import { type Case, noon, planOf } from './plan.fixture.ts';
import { plan } from './plan.ts';
import { slotWaiting, type Waiting } from './waiting.ts';

const same: Case = { revisions: { current: 'B', update: 'B' } };
const of = (ordinal: number) => ({ ordinal, pod: `web-${ordinal}` });

describe('what a person is told of a plan that waits', () => {
  it.each<[string, string, Waiting | undefined, Case?]>([
    [
      'a pod that starts',
      '0B?',
      { ...of(0), reason: 'NotReady', message: 'pod web-0 is not Ready yet', since: at(0), stuck: false },
    ],
    [
      'a pod that is Ready, for how long it must stay so',
      '0B',
      {
        ...of(0),
        reason: 'NotAvailable',
        message: 'pod web-0 is Ready and must stay so for another 21 s (minReadySeconds)',
        stuck: false,
        until: epoch + 40_001,
      },
      { spec: { minReadySeconds: 30 }, now: epoch + 20_000 },
    ],
    [
      'a pod in a crash loop: that will not pass',
      '0B 1B!',
      {
        ...of(1),
        reason: 'CrashLoop',
        message: 'pod web-1: container "web": ends again and again, though without an error; restarted 4 times',
        since: at(500),
        stuck: true,
      },
    ],
    [
      'a pod that flaps',
      '0B~',
      {
        ...of(0),
        reason: 'ProbeFailing',
        message: 'pod web-0: container "web" runs but is not ready (restarted 0 times)',
        since: at(500),
        stuck: false,
      },
    ],
    [
      'a pod that is going',
      '0Bt',
      {
        ...of(0),
        reason: 'Terminating',
        message: 'pod web-0: waiting for the pod to end',
        since: at(900),
        stuck: false,
      },
      { now: epoch + 959_000 },
    ],
    [
      'a pod of a window that begins at 5',
      '5B?',
      { ...of(5), reason: 'NotReady', message: 'pod web-5 is not Ready yet', since: at(0), stuck: false },
      { spec: { ordinals: { start: 5 } } },
    ],
    [
      'a pause',
      '0B 1B 2B 3B',
      { reason: 'Paused', message: 'the set is paused', stuck: false },
      { spec: { paused: true } },
    ],
    [
      'an abort',
      '0B 1B 2B 3B',
      { reason: 'Aborted', message: 'the operation was aborted and is held until it is retried', stuck: false },
      { meta: { annotations: { 'ordinal.dev/abort': 'x' } } },
    ],
    ['nothing of a set that is settled', '0B 1B 2B', undefined],
  ])('%s: %j', (_, pods, expected, more) => {
    expect(planOf(pods, { ...same, ...more }).waiting).toEqual(expected);
  });

  const told = (status: PodStatus, spec: Partial<Pod['spec']> = {}) => planned(status, spec).waiting;
  const planned = (status: PodStatus, spec: Partial<Pod['spec']> = {}, now = noon) => {
    const set = aSet({}, { observedGeneration: 1 });
    const pod = aPod(set, 0, { revision: 'B', status });
    const view = aView(set, { pods: [{ ...pod, spec: { ...pod.spec, ...spec } }] });
    return plan(view, { current: 'B', update: 'B' }, now);
  };

  it('counts a pod that no node takes as stuck when that has lasted two minutes, and says when to look again', () => {
    const unscheduled = { ...aCondition('PodScheduled', 'False', 10), message: '0/3 nodes are available' };
    const after = (seconds: number) =>
      planned({ phase: 'Pending', conditions: [unscheduled] }, {}, epoch + seconds * 1000);
    const waiting = { reason: 'Unschedulable', message: 'pod web-0: 0/3 nodes are available', since: at(10) };
    expect(after(129)).toMatchObject({ waiting: { ...waiting, stuck: false }, wakeAt: epoch + 130_000 });
    expect(after(130)).toMatchObject({ waiting: { ...waiting, stuck: true }, wakeAt: undefined });
  });

  it('counts a pod that does not end as stuck a minute after its grace period, and says when to look again', () => {
    const after = (seconds: number) => planOf('0Bt 1B 2B', { ...same, now: epoch + seconds * 1000 });
    expect(after(959)).toMatchObject({ waiting: { reason: 'Terminating', stuck: false }, wakeAt: epoch + 960_000 });
    expect(after(960)).toMatchObject({ waiting: { reason: 'Terminating', stuck: true }, wakeAt: undefined });
  });

  it('counts a pod that no node takes as stuck at once where its time is not known', () => {
    const unscheduled = { type: 'PodScheduled', status: 'False', message: 'no node' } as const;
    expect(told({ phase: 'Pending', conditions: [unscheduled] })?.stuck).toBe(true);
  });

  it('counts a pod whose node does not answer as stuck', () => {
    const status = { phase: 'Running', conditions: [aCondition('Ready', 'Unknown', 50)] } as const;
    expect(told(status, { nodeName: 'n1' })).toMatchObject({
      reason: 'NodeLost',
      message: 'pod web-0: node "n1" does not answer; the pod may still run there',
      since: at(50),
      stuck: true,
    });
  });

  it('says of an ordinal without a pod that its turn comes', () => {
    const { slots, desired } = planOf('0B?', same);
    const [, second] = slots.replicas;
    expect(second && slotWaiting(second, desired, noon)).toEqual({
      ...of(1),
      reason: 'Missing',
      message: 'pod web-1 waits for its turn',
      stuck: false,
    });
  });
});
