import { describe, expect, it } from 'vitest';
import { annotations } from '../model/annotations.ts';
import type { Condition } from '../model/objects.ts';
import { aTemplate } from '../model/objects.fixture.ts';
import { aLook, newName, oldName, pullFails, type Situation } from './looks.fixture.ts';
import { outcomeOf, stuckOn, type Target } from './outcome.ts';

const asked = aLook({ meta: { generation: 2 } }).view.set;
const key = { flavour: 'apps/v1', namespace: 'shop', name: 'web' } as const;
const rollout: Target = { key, set: asked, verb: 'change', template: aTemplate('web:2') };
const scale: Target = { key, set: asked, verb: 'change', replicas: 3 };
const rolling = { currentRevision: oldName, updateRevision: newName };
const at = (generation: number, observedGeneration = generation): Situation => ({
  meta: { generation },
  status: { observedGeneration },
});

const blocking = (type: string, observedGeneration?: number): Situation['status'] => ({
  observedGeneration: 2,
  conditions: [
    {
      type,
      status: 'True',
      message: 'no',
      lastTransitionTime: '2026-01-01T00:05:00Z',
      observedGeneration,
    } as Condition,
  ],
});
const refusedAt = (generation: number) => blocking('TemplateInvalid', generation);

describe('how an operation ends', () => {
  it.each<[string, Target, Situation | undefined, string | undefined]>([
    ['completed when all pods are right and a worker says so', rollout, at(2), 'completed'],
    ['goes on while no worker has said so', rollout, at(2, 1), undefined],
    ['goes on while a pod is missing', rollout, { ...at(2), pods: ['new', 'none', 'new'] }, undefined],
    [
      'goes on while a pod is old',
      rollout,
      { meta: { generation: 2 }, status: { observedGeneration: 2, ...rolling }, pods: ['old', 'new', 'new'] },
      undefined,
    ],
    [
      'goes on until the revision is promoted',
      rollout,
      { meta: { generation: 2 }, status: { observedGeneration: 2, ...rolling } },
      undefined,
    ],
    [
      'completed above the partition',
      rollout,
      {
        meta: { generation: 2 },
        spec: { updateStrategy: { rollingUpdate: { partition: 1 } } },
        status: { observedGeneration: 2, ...rolling },
        pods: ['old', 'new', 'new'],
      },
      'completed',
    ],
    ['completed together with a newer change of something else', rollout, at(3), 'completed'],
    ['superseded by another template', rollout, { ...at(3), spec: { template: aTemplate('web:3') } }, 'superseded'],
    ['superseded by another scale', scale, { ...at(3), spec: { replicas: 5 } }, 'superseded'],
    [
      'not superseded by a change of the template',
      scale,
      { ...at(3, 2), spec: { template: aTemplate('web:3') } },
      undefined,
    ],
    [
      'aborted on the way',
      rollout,
      {
        meta: { generation: 2, annotations: { [annotations.abort]: 'x' } },
        status: { observedGeneration: 2, ...rolling },
        pods: ['old', 'new', 'new'],
      },
      'aborted',
    ],
    [
      'completed although aborted, when it was through',
      rollout,
      { ...at(2), meta: { generation: 2, annotations: { [annotations.abort]: 'x' } } },
      'completed',
    ],
    [
      'goes on while paused',
      rollout,
      {
        meta: { generation: 2, annotations: { [annotations.paused]: 'true' } },
        status: { observedGeneration: 2, ...rolling },
        pods: ['old', 'old', 'old'],
      },
      undefined,
    ],
    ['not completed while its template is refused', rollout, { ...at(2), status: refusedAt(2) }, undefined],
    ['completed when only a former template was refused', rollout, { ...at(2), status: refusedAt(1) }, 'completed'],
    ['deleted with its set', rollout, undefined, 'deleted'],
    ['deleted when another set has the name', rollout, { ...at(2), meta: { uid: 'other' } }, 'deleted'],
    ['a deletion goes on while the set is there', { ...rollout, verb: 'deletion' }, at(2), undefined],
    ['a deletion is completed when it is gone', { ...rollout, verb: 'deletion' }, undefined, 'completed'],
  ])('%s', (_, target, situation, outcome) => {
    expect(outcomeOf(target, situation && aLook(situation))?.outcome).toBe(outcome);
  });

  it('is stuck on what will not pass by itself', () => {
    const look = aLook({ ...at(2), pods: ['new', 'new', { status: pullFails }] });
    expect(outcomeOf(rollout, look)).toBeUndefined();
    expect(stuckOn(look)).toMatchObject({ reason: 'ImagePull', pod: 'web-2', stuck: true });
    expect(stuckOn(aLook(at(2)))).toBeUndefined();
  });

  it.each(['TemplateInvalid', 'NameConflict'])('is stuck on %s, however well the pods are', (type) => {
    const look = aLook({ ...at(2), status: blocking(type, 2) });
    expect(outcomeOf(rollout, look)).toBeUndefined();
    expect(stuckOn(look)).toEqual({ reason: type, message: 'no', since: '2026-01-01T00:05:00Z', stuck: true });
  });
});
