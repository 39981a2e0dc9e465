import { describe, expect, it } from 'vitest';
import type { PodTemplate } from './objects.ts';
import { revisionData, sameRevisionData, serializeRevision, templateOf } from './revision-data.ts';

const template = (over: { metadata?: object; spec?: object }): PodTemplate => ({
  metadata: { labels: { app: 'web' }, ...over.metadata },
  spec: { containers: [{ name: 'web', image: 'web:1' }], ...over.spec },
});

it('SS-47: holds the template alone, as a patch that replaces it', () => {
  const data = revisionData(template({}));
  expect(serializeRevision(data)).toBe(
    '{"spec":{"template":{"$patch":"replace","metadata":{"labels":{"app":"web"}},' +
      '"spec":{"containers":[{"image":"web:1","name":"web"}]}}}}',
  );
});

it('SS-47: gives the template back without the directive', () => {
  expect(templateOf({ data: revisionData(template({})) })).toEqual(template({}));
});

describe('sameRevisionData', () => {
  it.each([
    ['a null creationTimestamp', { metadata: { creationTimestamp: null } }, {}],
    ['an empty map of annotations', { metadata: { annotations: {} } }, {}],
    ['an empty security context', { spec: { securityContext: {} } }, {}],
    ['an empty list', { spec: { tolerations: [] } }, {}],
    [
      'an emptyDir by name or by default',
      { spec: { volumes: [{ name: 'tmp', emptyDir: {} }] } },
      { spec: { volumes: [{ name: 'tmp' }] } },
    ],
    ['empty maps within each other', { spec: { affinity: { podAffinity: {} } } }, { spec: { affinity: null } }],
    ['another order of keys', { spec: { a: 1, b: 2 } }, { spec: { b: 2, a: 1 } }],
  ])('SS-52d, SS-57: sees no difference in %s', (_, a, b) => {
    expect(sameRevisionData(revisionData(template(a)), revisionData(template(b)))).toBe(true);
  });

  it.each([
    ['another image', { spec: { containers: [{ name: 'web', image: 'web:2' }] } }, {}],
    ['another order of a list', { spec: { args: ['a', 'b'] } }, { spec: { args: ['b', 'a'] } }],
    ['an annotation', { metadata: { annotations: { 'kubectl.kubernetes.io/restartedAt': 'now' } } }, {}],
    [
      'an empty selector, which chooses everything, where an absent one chooses nothing',
      { spec: { affinity: { term: { namespaceSelector: {} } } } },
      { spec: { affinity: { term: {} } } },
    ],
    ['a zero', { spec: { terminationGracePeriodSeconds: 0 } }, {}],
    ['an empty string', { spec: { args: [''] } }, { spec: { args: [] } }],
  ])('SS-52: sees the difference in %s', (_, a, b) => {
    expect(sameRevisionData(revisionData(template(a)), revisionData(template(b)))).toBe(false);
  });

  it('SS-52: does not take a label called like a field for one', () => {
    const labelled = template({ metadata: { labels: { app: 'web', metadata: 'x' } } });
    expect(sameRevisionData(revisionData(labelled), revisionData(template({})))).toBe(false);
  });
});
