import { expect, test } from 'vitest';
import { check } from './check.ts';
import { LogBuilder } from './log-builder.ts';
import type { AuditEvent, Log, WatchEvent } from './objects.ts';
import type { Rule } from './violation.ts';

const running = () => new LogBuilder().start(0, 1, 2);
const update = () => running().image('b');
const claims = { resource: 'persistentvolumeclaims', namespace: 'test', name: 'www-web-0' };
const revisions = { resource: 'controllerrevisions', namespace: 'test', name: 'web-a' };

const stories: readonly { readonly story: string; readonly log: LogBuilder; readonly breaks?: readonly Rule[] }[] = [
  { story: 'uid and resourceVersion', log: update().delete(2) },
  { story: 'uid alone', log: update().delete(2, { preconditions: 'uid' }), breaks: ['preconditions'] },
  { story: 'none', log: update().delete(2, { preconditions: 'none' }), breaks: ['preconditions'] },
  {
    story: 'none, and refused',
    log: update().delete(2, { preconditions: 'none', code: 404 }),
    breaks: ['preconditions'],
  },
  { story: 'none, by a user', log: running().delete(2, { by: 'user' }) },
  { story: 'none, dry run', log: running().call({ requestURI: '/api/v1/namespaces/test/pods/web-0?dryRun=All' }) },
  {
    story: 'none, in a namespace that is not under test',
    log: running().call({ objectRef: { ...claims, namespace: 'x' } }),
  },
  { story: 'none, for a claim', log: running().call({ objectRef: claims }), breaks: ['preconditions'] },
  { story: 'none, for a set', log: running().call({ objectRef: { ...claims, resource: 'statefulsets' } }) },
  { story: 'none, for a revision', log: running().call({ objectRef: revisions }), breaks: ['preconditions'] },
  {
    story: 'uid, for a revision',
    log: running().call({ objectRef: revisions, requestObject: { preconditions: { uid: 'x' } } }),
  },
  {
    story: 'a whole collection',
    log: running().call({ verb: 'deletecollection', objectRef: { resource: 'pods', namespace: 'test' } }),
    breaks: ['preconditions'],
  },
  {
    story: 'an eviction',
    log: running().call({
      verb: 'create',
      objectRef: { resource: 'pods', subresource: 'eviction', namespace: 'test', name: 'web-0' },
      requestObject: { metadata: { name: 'web-0' } },
    }),
    breaks: ['preconditions'],
  },
  { story: 'bodies that the audit policy leaves out', log: running().call(withoutBody()), breaks: ['evidence'] },
  { story: 'a deletion that no call explains', log: running().vanish(2), breaks: ['evidence'] },
  { story: 'a deletion that the server granted but did not confirm', log: update().delete(2, { code: 504 }).vanish(2) },
];

function withoutBody(): Partial<AuditEvent> {
  return { level: 'Metadata', requestObject: undefined };
}

test.each(stories)('calls: $story', ({ log, breaks = [] }) => {
  expect(check(log.build()).map(({ rule }) => rule)).toEqual(breaks);
});

test('an empty audit log is no acquittal', () => {
  const { watch } = running().build();
  expect(check({ watch, audit: [] }).map(({ rule }) => rule)).toEqual(['evidence', 'evidence', 'evidence']);
});

test('what was there when the recording began needs no explanation', () => {
  const { watch } = running().build();
  const listed = watch.map((event) => ({ ...event, listed: true }));
  expect(check({ watch: listed, audit: [] })).toEqual([]);
});

test('a name has one pod at a time', () => {
  const { watch, audit } = running().build();
  const pod = watch.findLast(({ object }) => object.metadata.name === 'web-2');
  if (pod === undefined) throw new Error('the story has no web-2');
  const metadata = { ...pod.object.metadata, uid: 'another', resourceVersion: '900' };
  const twin: WatchEvent = { ...pod, type: 'ADDED', listed: true, object: { ...pod.object, metadata } };
  expect(check({ watch: [...watch, twin], audit })).toMatchObject([{ rule: 'created-twice', object: 'web-2' }]);
});

test('a namespace that is deleted takes its pods, and nobody is to blame', () => {
  const log = running()
    .call({
      verb: 'deletecollection',
      userAgent: 'kube-controller-manager/v1.36.0 namespace-controller',
      objectRef: { resource: 'pods', namespace: 'test' },
    })
    .vanish(0)
    .vanish(1);
  expect(check(log.build())).toEqual([]);
});

test('the kubelet that ends a terminating pod is not the one who deleted it', () => {
  const { watch, audit } = update().delete(0).build();
  const [first] = audit.toReversed();
  if (first === undefined) throw new Error('the story has no call');
  const later = new Date(Date.parse(first.requestReceivedTimestamp) + 500).toISOString();
  const kubelet: AuditEvent = { ...first, auditID: 'k', userAgent: 'kubelet/v1.36.0', requestReceivedTimestamp: later };
  expect(check({ watch, audit: [...audit, kubelet] }).map(({ rule }) => rule)).toEqual(['update-order']);
});

test('whoever named the very version that was deleted did it', () => {
  const { watch, audit } = update().delete(0).build();
  const last = audit.at(-1);
  if (last === undefined) throw new Error('the story has no call');
  const user: AuditEvent = { ...last, auditID: 'u', userAgent: 'kubectl/v1', requestObject: {} };
  const [first] = check({ watch, audit: [...audit.slice(0, -1), user, last] });
  expect(first).toMatchObject({ rule: 'update-order', auditId: last.auditID });
});

test('the order of the lines does not matter: resourceVersions tell it', () => {
  const { watch, audit } = update().replace(2, 1, 0).build();
  expect(check({ watch: watch.toReversed(), audit: audit.toReversed() })).toEqual([]);
});

test('a violation names set, pod, event and call', () => {
  const log = new LogBuilder({ native: true }).create(1);
  expect(check(log.build())).toEqual([
    {
      rule: 'ordered-start',
      at: Date.parse('2026-01-01T00:00:04Z'),
      namespace: 'test',
      set: 'apps/web',
      object: 'web-1',
      resourceVersion: '103',
      auditId: 'call-103',
      message: 'created while lower ordinals were not available: 0',
    },
  ]);
});

test('any controller can be judged: by user agent or by user name', () => {
  const log = new LogBuilder().create(1, { by: 'user' }).build();
  expect(check(log)).toEqual([]);
  expect(check(log, { controllerAgent: 'kubectl/' })).toHaveLength(1);
  expect(check(log, { controllerUser: 'user' })).toHaveLength(1);
});

test('a recorder that lags behind blames nobody', () => {
  const story = (by: 'user' | 'controller') => running().pace(20).delete(2, { by }).gone(2).start(2).build();
  const lagging = (log: Log): Log => ({
    ...log,
    watch: log.watch.map((event) => ({ ...event, at: Date.parse('2026-01-01T01:00:00Z') })),
  });
  expect(check(lagging(story('user')))).toEqual([]);
  expect(check(lagging(story('controller'))).map(({ rule }) => rule)).toEqual(['restart-of-done']);
});

test('a call that was refused did not do it', () => {
  const log = running().delete(1, { code: 409 }).delete(1, { by: 'user' });
  expect(check(log.build())).toEqual([]);
});

test('the scheduler that binds a pod did not create it', () => {
  const log = new LogBuilder().pace(0).call({
    verb: 'create',
    userAgent: 'kube-scheduler/v1.36.0',
    objectRef: { resource: 'pods', subresource: 'binding', namespace: 'test', name: 'web-1' },
    responseStatus: { code: 201 },
  });
  const { watch, audit } = log.create(1).build();
  expect(check({ watch, audit: audit.toReversed() }).map(({ rule }) => rule)).toEqual(['ordered-start']);
});

test('a call counts once, when it is complete', () => {
  const log = running().call({ stage: 'RequestReceived' });
  expect(check(log.build())).toEqual([]);
});

test('without ControllerRevisions the status tells which revision is wanted', () => {
  const log = update()
    .replace(2)
    .image('a')
    .change({ status: { observedGeneration: 3, updateRevision: 'web-a' } })
    .delete(1)
    .build();
  const watch = log.watch.filter(({ object }) => object.kind !== 'ControllerRevision');
  expect(check({ ...log, watch }).map(({ rule }) => rule)).toEqual(['restart-of-done']);
});

test('a status that is behind the spec tells nothing of it', () => {
  const log = update()
    .change({ status: { observedGeneration: 1, updateRevision: 'web-a' } })
    .delete(2)
    .build();
  const watch = log.watch.filter(({ object }) => object.kind !== 'ControllerRevision');
  expect(check({ ...log, watch })).toEqual([]);
});

test('without both, the first new label of a pod does', () => {
  const log = update().replace(2).delete(2).build();
  const watch = log.watch.filter(({ object }) => object.kind !== 'ControllerRevision');
  expect(check({ ...log, watch }).map(({ rule }) => rule)).toEqual(['restart-of-done']);
});
