import { expect, test } from 'vitest';
import { ownConditions } from '../../model/status-conditions.ts';
import { argoHealth } from '../support/argo-health.ts';

const health = await argoHealth();

type Progress = Parameters<typeof ownConditions>[2];

/** A set of two as the status writer tells it, `ready` of its pods being ready. */
function told(
  progress: Omit<Progress, 'observedGeneration'>,
  ready = 2,
  metadata: object = {},
  more: readonly object[] = [],
) {
  const set = { metadata: { name: 'web', generation: 3 }, spec: { replicas: 2 } };
  const counters = { observedGeneration: 3, readyReplicas: ready, availableReplicas: ready };
  const conditions = ownConditions(set as unknown as Parameters<typeof ownConditions>[0], counters, {
    ...progress,
    observedGeneration: 3,
  });
  return {
    ...set,
    metadata: { ...set.metadata, ...metadata },
    status: { ...counters, conditions: [...conditions, ...more] },
  };
}

const deleted = { deletionTimestamp: '2026-01-01T00:00:00Z' };
const pull = { ordinal: 1, reason: 'ImagePull', message: 'web-1: no such image', stuck: true } as const;
const slow = { ordinal: 1, reason: 'NotReady', message: 'web-1 is not ready', stuck: false } as const;
const aborted = { ordinal: 1, reason: 'Aborted', message: 'held until it is retried', stuck: false } as const;
const taken = { type: 'NameConflict', status: 'True', message: 'the other API has a set web' };

test.each([
  ['new', { metadata: { name: 'web', generation: 1 }, spec: {} }, 'Progressing', 'newest spec'],
  ['settled', told({ settled: true }), 'Healthy', '2 of 2 pods are ready'],
  ['newer than its status', told({ settled: true }, 2, { generation: 4 }), 'Progressing', 'newest spec'],
  ['rolling', told({ settled: false, operation: 'rollout' }, 1), 'Progressing', '1 of 2 pods are ready; rollout'],
  ['waiting', told({ settled: false, operation: 'rollout', waiting: slow }, 1), 'Progressing', 'web-1 is not ready'],
  ['stuck', told({ settled: false, operation: 'rollout', waiting: pull }, 1), 'Degraded', 'web-1: no such image'],
  ['aborted', told({ settled: false, waiting: aborted }, 1), 'Degraded', 'held until it is retried'],
  ['paused', told({ settled: false, paused: true }, 2), 'Suspended', 'paused'],
  ['being deleted', told({ settled: false, operation: 'deletion' }, 1, deleted), 'Progressing', 'deletion in progress'],
  [
    'stuck in its deletion',
    told({ settled: false, operation: 'deletion', waiting: pull }, 1, deleted),
    'Degraded',
    'web-1',
  ],
  ['of a name that is taken', told({ settled: true }, 2, {}, [taken]), 'Degraded', 'the other API'],
])('Argo CD: a set that is %s', (_, set, status, message) => {
  expect(health(set)).toEqual({ status, message: expect.stringContaining(message) });
});
