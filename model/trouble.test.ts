import { describe, expect, it } from 'vitest';
import { aCondition, aPod, aSet, at, epoch, readyStatus } from './objects.fixture.ts';
import type { ContainerStatus, Pod, PodStatus } from './objects.ts';
import { hasLastingTrouble, troubleOf } from './trouble.ts';

const podWith = (status: PodStatus, meta?: Partial<Pod['metadata']>) => {
  const pod = aPod(aSet(), 0, { status, meta });
  return { ...pod, spec: { ...pod.spec, nodeName: 'node-7' } };
};
const unready = (container: Partial<ContainerStatus>, phase: PodStatus['phase'] = 'Pending'): PodStatus => ({
  phase,
  startTime: at(0),
  conditions: [aCondition('Initialized', 'True', 0), aCondition('Ready', 'False', 3)],
  containerStatuses: [{ name: 'web', ready: false, restartCount: 0, ...container }],
});
const waiting = (reason: string, message?: string, rest: Partial<ContainerStatus> = {}) =>
  unready({ state: { waiting: { reason, message } }, ...rest });
const crashed = { terminated: { reason: 'Error', exitCode: 3, finishedAt: at(60) } };
const killed = { terminated: { reason: 'OOMKilled', exitCode: 137, finishedAt: at(60) } };

const notReady = aCondition('Ready', 'False', 3);
/** What the node lifecycle controller makes of the pod of a silent node. */
const markedUnready: PodStatus = {
  phase: 'Running',
  conditions: [notReady],
  containerStatuses: [{ name: 'web', ready: true }],
};

describe('troubleOf', () => {
  it.each([
    ['a Ready pod', readyStatus()],
    ['a pod that has just been created', { phase: 'Pending' }],
    ['a container being made', waiting('ContainerCreating')],
    ['init containers at work', waiting('PodInitializing')],
    [
      'an init container that is done',
      {
        ...waiting('PodInitializing'),
        initContainerStatuses: [{ name: 'init', state: { terminated: { exitCode: 0, reason: 'Completed' } } }],
      },
    ],
  ] as const)('has none for %s', (_, status) => {
    expect(troubleOf(podWith(status))).toBeUndefined();
  });

  it.each([
    [
      'ImagePull',
      true,
      'image web:1: ImagePullBackOff: Back-off pulling',
      waiting('ImagePullBackOff', 'Back-off pulling'),
    ],
    ['ImagePull', true, 'web:1: InvalidImageName', waiting('InvalidImageName')],
    ['ImagePull', false, 'web:1: ErrImagePull: i/o timeout', waiting('ErrImagePull', 'i/o timeout')],
    ['ImagePull', true, 'manifest unknown', waiting('ErrImagePull', 'manifest unknown')],
    ['ConfigError', true, 'secret "s" not found', waiting('CreateContainerConfigError', 'secret "s" not found')],
    [
      'CrashLoop',
      true,
      'container "web": exited with code 3; restarted 4 times',
      waiting('CrashLoopBackOff', 'back-off 40s', { restartCount: 4, lastState: crashed }),
    ],
    [
      'CrashLoop',
      false,
      'container "web": exited with code 137 (OOMKilled); restarted 1 times',
      unready({ restartCount: 1, state: killed }, 'Running'),
    ],
    [
      'CrashLoop',
      true,
      'init container "init": exited with code 3',
      {
        ...waiting('PodInitializing'),
        initContainerStatuses: [
          { name: 'init', state: { waiting: { reason: 'CrashLoopBackOff' } }, lastState: crashed },
        ],
      },
    ],
    [
      'Unschedulable',
      false,
      '0/3 nodes are available',
      {
        phase: 'Pending',
        conditions: [{ ...aCondition('PodScheduled', 'False', 1), message: '0/3 nodes are available' }],
      },
    ],
    [
      'ProbeFailing',
      false,
      'container "web" runs but is not ready (restarted 2 times, its last run exited with code 3)',
      unready({ state: { running: {} }, restartCount: 2, lastState: crashed }, 'Running'),
    ],
    [
      'ReadinessGate',
      false,
      'the status of pod readiness gate "lb" is not "True"',
      {
        phase: 'Running',
        containerStatuses: [{ name: 'web', ready: true }],
        conditions: [
          {
            ...aCondition('Ready', 'False', 3),
            reason: 'ReadinessGatesNotReady',
            message: 'the status of pod readiness gate "lb" is not "True"',
          },
        ],
      },
    ],
    [
      'Failed',
      true,
      'the pod has ended as Failed: Evicted: out of memory',
      { phase: 'Failed', reason: 'Evicted', message: 'out of memory' },
    ],
    [
      'Failed',
      true,
      'container "web" exited with code 3',
      { phase: 'Failed', containerStatuses: [{ name: 'web', state: crashed }] },
    ],
    ['Failed', true, 'ended as Succeeded', { phase: 'Succeeded' }],
    ['NodeLost', false, 'node "node-7" does not answer', { phase: 'Running', reason: 'NodeLost' }],
    ['NodeLost', false, 'node "node-7" does not answer', markedUnready],
    [
      'ProbeFailing',
      false,
      'ContainersNotReady',
      { ...markedUnready, conditions: [{ ...notReady, reason: 'ContainersNotReady' }] },
    ],
    ['ProbeFailing', false, 'the pod runs but is not Ready', { ...markedUnready, containerStatuses: [] }],
    ['ProbeFailing', false, 'the pod runs but is not Ready', { ...markedUnready, containerStatuses: undefined }],
    [
      'ProbeFailing',
      false,
      'container "side" runs but is not ready (restarted 0 times)',
      {
        ...markedUnready,
        containerStatuses: [
          { name: 'web', ready: true },
          { name: 'side', ready: false },
        ],
      },
    ],
    [
      'ProbeFailing',
      false,
      'container "web" runs but is not ready (restarted 0 times); container "side" runs but is not ready (restarted 1 times)',
      { ...markedUnready, containerStatuses: [{ name: 'web' }, { name: 'side', restartCount: 1 }] },
    ],
    [
      'Unschedulable',
      false,
      'no node has been found',
      { phase: 'Pending', conditions: [aCondition('PodScheduled', 'False', 1)] },
    ],
    [
      'CrashLoop',
      false,
      'container "web": exited with code 0 (OOMKilled); restarted 0 times',
      unready({ state: { terminated: { exitCode: 0, reason: 'OOMKilled' } } }, 'Running'),
    ],
    [
      'CrashLoop',
      false,
      'container "web": exited with code 3: no disk; restarted 0 times',
      unready({ state: { terminated: { exitCode: 3, message: ' no disk\n' } } }, 'Running'),
    ],
    [
      'CrashLoop',
      true,
      'container "web": ends again and again, though without an error; restarted 0 times',
      waiting('CrashLoopBackOff', 'back-off 40s', { lastState: { terminated: { exitCode: 0, reason: 'Completed' } } }),
    ],
    [
      'NodeLost',
      false,
      'node "node-7" does not answer',
      { phase: 'Running', conditions: [aCondition('Ready', 'Unknown', 50)] },
    ],
  ] as const)('%s (terminal: %s): %s', (reason, terminal, message, status) => {
    const trouble = troubleOf(podWith(status));
    expect(trouble).toMatchObject({ reason, terminal });
    expect(trouble?.message).toContain(message);
  });

  it('tells nothing but what is known of a pod that has ended', () => {
    const done = { name: 'web', state: { terminated: { exitCode: 0, reason: 'Completed' } } };
    expect(troubleOf(podWith({ phase: 'Failed', containerStatuses: [done] }))?.message).toBe(
      'the pod has ended as Failed',
    );
  });

  it.each([
    ['of its spec', { name: 'side' }, 'image side:2: ErrImagePull'],
    ['of an init container', { name: 'init' }, 'image init:3: ErrImagePull'],
    ['that it reports, where the spec has none of its name', { name: 'x', image: 'x:4' }, 'image x:4: ErrImagePull'],
  ])('names the image of the container %s', (_, container, message) => {
    const pod = podWith(waiting('ErrImagePull', undefined, container));
    const containers = [
      { name: 'web', image: 'web:1' },
      { name: 'side', image: 'side:2' },
    ];
    const spec = { ...pod.spec, containers, initContainers: [{ name: 'init', image: 'init:3' }] };
    expect(troubleOf({ ...pod, spec })?.message).toBe(`container "${container.name}": cannot pull ${message}`);
  });

  it('knows no name of a node that a pod has not been given', () => {
    const pod = aPod(aSet(), 0, { status: { phase: 'Running', conditions: [aCondition('Ready', 'Unknown', 50)] } });
    expect(troubleOf(pod)?.message).toBe('node does not answer; the pod may still run there');
  });

  it('dates a crash from the end of the last run, other trouble from the loss of readiness', () => {
    expect(troubleOf(podWith(waiting('CrashLoopBackOff', '', { lastState: crashed })))?.since).toBe(at(60));
    expect(troubleOf(podWith(waiting('ImagePullBackOff')))?.since).toBe(at(3));
  });

  it('says of a pod that is going since when, without its grace period', () => {
    const meta = { deletionTimestamp: at(90), deletionGracePeriodSeconds: 30 };
    expect(troubleOf(podWith(readyStatus(), meta))).toMatchObject({
      reason: 'Terminating',
      since: at(60),
      terminal: false,
    });
  });

  it.each([
    ['Ready Unknown', aCondition('Ready', 'Unknown', 50)],
    ['evicted by a taint', { ...aCondition('DisruptionTarget', 'True', 50), reason: 'DeletionByTaintManager' }],
  ])('SS-113: says that the node of a pod that should go is lost: %s', (_, condition) => {
    const trouble = troubleOf(podWith({ phase: 'Running', conditions: [condition] }, { deletionTimestamp: at(90) }));
    expect(trouble).toMatchObject({ reason: 'NodeLost', terminal: false });
    expect(trouble?.message).toContain('out-of-service');
  });
});

it.each<[string, PodStatus]>([
  [
    'evicted for another reason',
    { conditions: [{ ...aCondition('DisruptionTarget', 'True', 50), reason: 'EvictionByEvictionAPI' }] },
  ],
  [
    'not to be evicted any more',
    { conditions: [{ ...aCondition('DisruptionTarget', 'False', 50), reason: 'DeletionByTaintManager' }] },
  ],
  ['simply deleted', {}],
])('does not take a pod that is going for lost: %s', (_, status) => {
  expect(troubleOf(podWith(status, { deletionTimestamp: at(90) }))).toEqual({
    reason: 'Terminating',
    message: 'waiting for the pod to end',
    since: at(90),
    terminal: false,
  });
});

it('names the finalizers that a pod which is going waits for', () => {
  const going = { deletionTimestamp: at(90), finalizers: ['example.com/hold', 'example.com/backup'] };
  const message = 'waiting for the pod to end, and for its finalizers example.com/hold, example.com/backup';
  expect(troubleOf(podWith({}, going))?.message).toBe(message);
});

it('takes a pod that is going for lost when its status says so', () => {
  expect(troubleOf(podWith({ reason: 'NodeLost' }, { deletionTimestamp: at(90) }))?.reason).toBe('NodeLost');
});

describe('hasLastingTrouble', () => {
  const looping = podWith(waiting('CrashLoopBackOff', '', { lastState: crashed }));
  it.each([
    ['before it has lasted', looping, 64_999, false],
    ['once it has lasted', looping, 65_000, true],
    ['not of trouble that may pass', podWith(unready({ state: { running: {} } }, 'Running')), 1e9, false],
    ['not of a healthy pod', podWith(readyStatus()), 1e9, false],
  ])('%s', (_, pod, nowMs, expected) => {
    expect(hasLastingTrouble(pod, epoch + nowMs)).toBe(expected);
  });
});
