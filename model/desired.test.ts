import { describe, expect, it } from 'vitest';
import { type Desired, desiredOf } from './desired.ts';
import { aSet } from './objects.fixture.ts';
import type { StatefulSetSpec } from './objects.ts';

function desired(spec: Partial<StatefulSetSpec> = {}, own = false, annotations: Record<string, string> = {}): Desired {
  return desiredOf({ ...aSet(spec, undefined, { annotations }), apiVersion: own ? 'ordinal.dev/v1' : 'apps/v1' });
}

it('fills in the defaults (SS-1, SS-6 to SS-9, SS-13 to SS-16)', () => {
  expect(desired({ replicas: undefined })).toMatchObject({
    replicas: 1,
    start: 0,
    management: 'OrderedReady',
    strategy: 'RollingUpdate',
    partition: 0,
    maxUnavailable: 1,
    minReadySeconds: 0,
    revisionHistoryLimit: 10,
    whenDeleted: 'Retain',
    whenScaled: 'Retain',
    held: false,
  });
});

describe('maxUnavailable (SS-10, SS-81)', () => {
  it.each([
    [25, '10%', 2],
    [25, '100%', 25],
    [3, '10%', 1],
    [0, '50%', 1],
    [3, 7, 7],
    [3, undefined, 1],
  ])('of %i replicas, %s is %i', (replicas, maxUnavailable, expected) => {
    const updateStrategy = { rollingUpdate: { maxUnavailable } };
    expect(desired({ replicas, updateStrategy }).maxUnavailable).toBe(expected);
  });

  it('is 1 without a block', () => {
    expect(desired({ updateStrategy: { type: 'RollingUpdate' } })).toMatchObject({
      maxUnavailable: 1,
      hasRollingBlock: false,
    });
  });
});

describe('the table of flavours', () => {
  const parallel = { podManagementPolicy: 'Parallel' } as const;
  it.each<[keyof Desired, boolean, boolean, string, string]>([
    ['healsBroken', true, true, 'stuck-policy', 'Wait'],
    ['orderedDeletion', true, false, 'ordered-deletion', 'true'],
    ['parallelReplace', true, false, 'parallel-replace', 'true'],
    ['paused', false, false, 'paused', 'true'],
  ])('%s: own %s, native %s, unless %s is %s', (key, own, native, annotation, value) => {
    expect(desired({}, true)[key]).toBe(own);
    expect(desired({}, false)[key]).toBe(native);
    expect(desired({}, false, { [`ordinal.dev/${annotation}`]: value })[key]).toBe(!native);
  });

  it('what Kubernetes 1.37 changed is for our own resource (SS-79, SS-82)', () => {
    expect(desired(parallel, true)).toMatchObject({ healsTogether: true, promotesOnDelete: true });
    expect(desired(parallel, false)).toMatchObject({ healsTogether: false, promotesOnDelete: false });
    expect(desired({}, true).healsTogether).toBe(false);
  });

  it.each([
    ['ordered-deletion', 'orderedDeletion'],
    ['parallel-replace', 'parallelReplace'],
  ] as const)('our own sets may turn %s off', (annotation, key) =>
    expect(desired({}, true, { [`ordinal.dev/${annotation}`]: 'false' })[key]).toBe(false),
  );
});

it.each([
  ['spec.paused', desired({ paused: true }), { paused: true, aborted: false, held: true }],
  ['an abort', desired({}, true, { 'ordinal.dev/abort': '' }), { paused: false, aborted: true, held: true }],
])('is held by %s', (_, actual, expected) => {
  expect(actual).toMatchObject(expected);
});
