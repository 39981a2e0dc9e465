import { expect, it } from 'vitest';
import { convert, inNewHands, ordinalOnly } from './conversion.ts';
import { desiredOf } from './desired.ts';
import { aPod, aSet } from './objects.fixture.ts';
import type { StatefulSet } from './objects.ts';

function converted(set: StatefulSet, to: 'apps/v1' | 'ordinal.dev/v1'): StatefulSet {
  const conversion = convert(set, to);
  if (conversion.kind !== 'converted') throw new Error(conversion.message);
  return { ...conversion.set, metadata: { uid: 'new', resourceVersion: '2', ...conversion.set.metadata } };
}

const notes = (annotations: Record<string, string>, spec: Partial<StatefulSet['spec']> = {}) =>
  aSet(spec, undefined, { annotations });

/** What differs by nature, not by choice: it cannot be told by an annotation. */
const told = (set: StatefulSet) => {
  const { healsTogether: _, promotesOnDelete: __, ...rest } = desiredOf(set);
  return rest;
};

it.each<[string, StatefulSet]>([
  ['plain', aSet()],
  [
    'with the deviations that the own resource has by default',
    notes({ 'ordinal.dev/ordered-deletion': 'true', 'ordinal.dev/parallel-replace': 'true' }),
  ],
  ['paused', notes({ 'ordinal.dev/paused': 'true' })],
  ['aborted', notes({ 'ordinal.dev/abort': 'now' })],
  ['that does not heal', notes({ 'ordinal.dev/stuck-policy': 'Wait' })],
  [
    'with a partition and labels',
    aSet({ updateStrategy: { rollingUpdate: { partition: 2 } } }, undefined, { labels: { a: 'b' } }),
  ],
])('does the same in the other API, and comes back as it was: a set %s', (_, set) => {
  const own = converted(set, 'ordinal.dev/v1');
  expect(told(own)).toEqual(told(set));
  const { metadata, spec } = converted(own, 'apps/v1');
  expect(spec).toEqual(set.spec);
  expect(metadata.annotations).toEqual(set.metadata.annotations);
  expect(metadata.labels).toEqual(set.metadata.labels);
});

it('keeps in apps/v1 what the own resource does by itself', () => {
  const own = { ...aSet({ paused: true }), apiVersion: 'ordinal.dev/v1' };
  const native = converted(own, 'apps/v1');
  expect(native.spec).not.toHaveProperty('paused');
  expect(native.metadata.annotations).toEqual({
    'ordinal.dev/ordered-deletion': 'true',
    'ordinal.dev/parallel-replace': 'true',
    'ordinal.dev/paused': 'true',
  });
  expect(ordinalOnly(native)).toHaveLength(3);
  expect(told(native)).toEqual(told(own));
});

it('leaves out what belongs to one request, and tells kubectl of the other API', () => {
  const applied = JSON.stringify({ apiVersion: 'apps/v1', kind: 'StatefulSet', spec: { replicas: 3 } });
  const set = notes({ 'ordinal.dev/request-id': 'x', 'kubectl.kubernetes.io/last-applied-configuration': applied });
  const { annotations = {} } = converted(set, 'ordinal.dev/v1').metadata;
  expect(annotations['ordinal.dev/request-id']).toBeUndefined();
  expect(JSON.parse(annotations['kubectl.kubernetes.io/last-applied-configuration'] ?? '')).toEqual({
    apiVersion: 'ordinal.dev/v1',
    kind: 'StatefulSet',
    spec: { replicas: 3 },
  });
});

it('says what apps/v1 does not know', () => {
  const set = { ...aSet({ updateStrategy: { type: 'Recreate' } }), apiVersion: 'ordinal.dev/v1' };
  expect(convert(set, 'apps/v1')).toMatchObject({ kind: 'impossible', message: expect.stringContaining('Recreate') });
});

it('hands over what the former set controls, and nothing else', () => {
  const set = aSet();
  const foreign = aPod(set, 1, { meta: { ownerReferences: [] } });
  const to = converted(set, 'ordinal.dev/v1');
  const view = inNewHands({ set, pods: [aPod(set, 0), foreign], claims: new Map(), revisions: [] }, to);
  expect(view.pods.map(({ metadata }) => metadata.ownerReferences?.map(({ uid }) => uid))).toEqual([['new'], []]);
});
