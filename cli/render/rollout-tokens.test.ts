import { expect, it } from 'vitest';
import { aCondition, aSet } from '../../model/objects.fixture.ts';
import type { StatefulSet } from '../../model/objects.ts';
import { rolloutToken } from './rollout-tokens.ts';

const whole = {
  observedGeneration: 1,
  readyReplicas: 3,
  updatedReplicas: 3,
  currentReplicas: 3,
  currentRevision: 'web-b',
  updateRevision: 'web-b',
};
const partition = (of: number): Partial<StatefulSet['spec']> => ({
  updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: of } },
});

// Word for word what kubectl 1.36 prints, but for pods to be removed: scripts look for it.
it.each<[Partial<StatefulSet['spec']>, StatefulSet['status'], number, boolean, string]>([
  [{}, undefined, 1, false, 'Waiting for statefulset spec update to be observed...'],
  [{}, whole, 2, false, 'Waiting for statefulset spec update to be observed...'],
  [{}, { ...whole, readyReplicas: 1 }, 1, false, 'Waiting for 2 pods to be ready...'],
  [{}, { ...whole, replicas: 5, readyReplicas: 5 }, 1, false, 'Waiting for 2 pods to be removed...'],
  [
    {},
    { ...whole, replicas: 5, readyReplicas: 5, conditions: [aCondition('Ready', 'False', 0)] },
    1,
    false,
    'Waiting for 2 pods to be removed...',
  ],
  [
    {},
    { ...whole, replicas: 4, readyReplicas: 4, conditions: [aCondition('Ready', 'True', 0)] },
    1,
    true,
    'statefulset rolling update complete 3 pods at revision web-b...',
  ],
  [{}, { ...whole, replicas: 3 }, 1, true, 'statefulset rolling update complete 3 pods at revision web-b...'],
  [
    partition(0),
    { ...whole, updatedReplicas: 1 },
    1,
    false,
    'Waiting for partitioned roll out to finish: 1 out of 3 new pods have been updated...',
  ],
  [
    partition(2),
    { ...whole, updatedReplicas: 1 },
    1,
    true,
    'partitioned roll out complete: 1 new pods have been updated...',
  ],
  [partition(0), whole, 1, true, 'partitioned roll out complete: 3 new pods have been updated...'],
  [
    {},
    { ...whole, updatedReplicas: 2, currentRevision: 'web-a' },
    1,
    false,
    'waiting for statefulset rolling update to complete 2 pods at revision web-b...',
  ],
  [{}, whole, 1, true, 'statefulset rolling update complete 3 pods at revision web-b...'],
  [
    { updateStrategy: { type: 'OnDelete' } },
    { ...whole, updatedReplicas: 1 },
    1,
    true,
    'statefulset is ready: 1 of 3 pods at revision web-b...',
  ],
])('%o %o', (spec, status, generation, done, text) => {
  expect(rolloutToken(aSet(spec, status, { generation }))).toEqual({ text, done });
});

it('is never done while the template is not accepted', () => {
  const message = 'spec.containers[0].image: Required value';
  const refused = {
    type: 'TemplateInvalid',
    status: 'True',
    reason: 'Invalid',
    message,
    observedGeneration: 1,
  } as const;
  const set = aSet({}, { ...whole, conditions: [refused] });
  const token = rolloutToken({ ...set, metadata: { ...set.metadata, generation: 1 } });
  expect(token).toEqual({ text: `Waiting for its owner: TemplateInvalid: ${message}`, done: false });
});
