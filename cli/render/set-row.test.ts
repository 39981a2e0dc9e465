import { expect, it } from 'vitest';
import { annotations } from '../../model/annotations.ts';
import { at, aSet } from '../../model/objects.fixture.ts';
import type { StatefulSet, StatefulSetStatus } from '../../model/objects.ts';
import { setRow } from './set-row.ts';

const whole: StatefulSetStatus = {
  observedGeneration: 1,
  readyReplicas: 3,
  updatedReplicas: 3,
  currentRevision: 'a',
  updateRevision: 'a',
};
const condition = (type: string, status: 'True' | 'False') => ({ conditions: [{ type, status }] });

it.each<[string, StatefulSetStatus | undefined, Partial<StatefulSet['metadata']>]>([
  ['Healthy', whole, {}],
  ['Pending', undefined, {}],
  ['Pending', whole, { generation: 2 }],
  ['Progressing', { ...whole, ...condition('Progressing', 'True') }, { generation: 2 }],
  ['Progressing', { ...whole, readyReplicas: 2 }, {}],
  ['Progressing', { ...whole, ...condition('Ready', 'False') }, {}],
  ['Stuck', { ...whole, ...condition('Stalled', 'True') }, {}],
  ['Stuck', { ...whole, ...condition('ReplicaFailure', 'True') }, { generation: 2 }],
  ['Paused', whole, { annotations: { [annotations.paused]: 'true' } }],
  ['Aborted', whole, { annotations: { [annotations.abort]: 'x' } }],
  ['Deleting', whole, { deletionTimestamp: at(1) }],
])('%s: %o %o', (phase, status, meta) => expect(setRow(aSet({}, status, meta)).phase).toBe(phase));

it('counts the steps of a rollout: what stays below the partition, and what is updated and available', () => {
  const rolling = { ...whole, updatedReplicas: 1, updateRevision: 'b' };
  expect(setRow(aSet({}, rolling)).step).toBe('1/3');
  expect(setRow(aSet({ updateStrategy: { rollingUpdate: { partition: 1 } } }, rolling)).step).toBe('2/3');
  expect(setRow(aSet({}, { ...rolling, readyReplicas: 2 })).step).toBe('0/3');
  expect(setRow(aSet({}, { ...rolling, availableReplicas: 2 })).step).toBe('0/3');
  expect(setRow(aSet({}, whole)).step).toBeUndefined();
});
