import type { Client } from '@temporalio/client';
import { afterEach, beforeEach, describe, expect, it, test, vi } from 'vitest';
import { ScriptedServer } from '../kube/scripted-server.fixture.ts';
import { annotations } from '../model/annotations.ts';
import { setOwnerReference } from '../model/identity.ts';
import { aClaim, aPod, aRevision, aSet, epoch } from '../model/objects.fixture.ts';
import { templateHash, templateHashesAnnotation } from '../model/template-hash.ts';
import type { Claim, StatefulSet } from '../model/objects.ts';
import { OrdinalClient } from './ordinal-client.ts';
import type { StatefulSetHandle } from './set-handle.ts';

let server: ScriptedServer;
let client: OrdinalClient;
let handle: StatefulSetHandle;
beforeEach(async () => {
  server = await ScriptedServer.start();
  client = await OrdinalClient.connect({ kube: server.client(), requestedBy: 'ann' });
  handle = client.statefulSet('shop', 'web', { flavour: 'apps/v1' });
});
afterEach(() => server.close());

test('a change is one patch, with who asked, why, and what it was made from', async () => {
  const rollout = handle.rollout({ image: 'web:2' }, { id: 'k1', reason: 'release' });
  (await server.next()).json(aSet());
  const patch = await server.next();
  expect(patch.method).toBe('PATCH');
  expect(JSON.parse(patch.body)).toEqual({
    metadata: {
      uid: 'set-uid',
      resourceVersion: '1',
      annotations: { [annotations.requestId]: 'k1', [annotations.reason]: 'release', [annotations.requestedBy]: 'ann' },
    },
    spec: { template: { spec: { containers: [{ name: 'web', image: 'web:2' }] } } },
  });
  patch.json(aSet({}, undefined, { generation: 2 }));
  expect(await rollout).toMatchObject({ id: 'k1', uid: 'set-uid', generation: 2, changed: true });
});

test('the same key again is the same request: nothing is written', async () => {
  const rollout = handle.rollout({ image: 'web:3' }, { id: 'k1' });
  (await server.next()).json(aSet({}, undefined, { generation: 2, annotations: { [annotations.requestId]: 'k1' } }));
  expect(await rollout).toMatchObject({ generation: 2, changed: false });
});

test('the same key is the same request also when others have asked since; it is remembered with the next one', async () => {
  const asked = { [annotations.requestId]: 'k3', [annotations.earlierRequests]: 'k2 k%201' };
  const again = handle.rollout({ image: 'web:9' }, { id: 'k 1' });
  (await server.next()).json(aSet({}, undefined, { annotations: asked }));
  expect(await again).toMatchObject({ changed: false });
  const fourth = handle.scale(5, { id: 'k4' });
  (await server.next()).json(aSet({}, undefined, { annotations: asked }));
  const patch = await server.next();
  expect(JSON.parse(patch.body)).toMatchObject({
    metadata: { annotations: { [annotations.requestId]: 'k4', [annotations.earlierRequests]: 'k3 k2 k%201' } },
  });
  patch.json(aSet());
  await fourth;
});

test('the reason of a rollout takes the place of the change cause of the one before; that of a scale does not', async () => {
  const noted = aSet({}, undefined, { annotations: { 'kubernetes.io/change-cause': 'first' } });
  const caused = async (request: Promise<unknown>): Promise<unknown> => {
    (await server.next()).json(noted);
    const patch = await server.next();
    patch.json(noted);
    await request;
    const { metadata } = JSON.parse(patch.body) as { metadata: { annotations: Record<string, string> } };
    return metadata.annotations['kubernetes.io/change-cause'];
  };
  expect(await caused(handle.rollout({ image: 'web:2' }, { reason: 'second' }))).toBe('second');
  expect(await caused(handle.scale(7, { reason: 'load' }))).toBeUndefined();
});

test('a change that changes nothing writes nothing', async () => {
  const scale = handle.scale(3);
  (await server.next()).json(aSet());
  expect(await scale).toMatchObject({ changed: false });
});

test('a change with an id that changes nothing is remembered, and touches nothing else', async () => {
  const notes = { [annotations.requestId]: 'k1', [annotations.reason]: 'release', [annotations.requestedBy]: 'bob' };
  const scale = handle.scale(3, { id: 'k2' });
  (await server.next()).json(aSet({}, undefined, { annotations: notes }));
  const patch = await server.next();
  expect(JSON.parse(patch.body)).toEqual({
    metadata: {
      uid: 'set-uid',
      annotations: { [annotations.requestId]: 'k2', [annotations.earlierRequests]: 'k1' },
    },
  });
  patch.json(aSet());
  expect(await scale).toMatchObject({ id: 'k2', changed: false });
});

test('the runs of a set that is gone are told for as long as Temporal keeps them', async () => {
  const runs = [
    {
      workflowId: 'sts/c/shop/web',
      runId: 'r',
      type: 'statefulSet',
      status: { name: 'COMPLETED' },
      startTime: new Date(epoch),
    },
  ];
  const workflow = { list: () => runs.splice(0) };
  const temporal = { client: { workflow } as unknown as Client };
  const knowing = await OrdinalClient.connect({ kube: server.client(), temporal });
  server.answer((call) => {
    if (call.path.endsWith('/statefulsets/web')) call.status(404, 'NotFound');
    else call.json({ metadata: { uid: 'c' }, items: [] });
  });
  const gone = knowing.statefulSet('shop', 'web');
  expect(await gone.runs()).toMatchObject([{ workflowId: 'sts/c/shop/web', status: 'COMPLETED' }]);
  await expect(gone.runs()).rejects.toMatchObject({ code: 'NotFound' });
});

test('an undo to the revision that the set is at writes nothing, however its template is written', async () => {
  const own = client.statefulSet('shop', 'web', { flavour: 'ordinal.dev/v1' });
  const set = { ...aSet({}, undefined, { uid: 'own-uid' }), apiVersion: 'ordinal.dev/v1' } as StatefulSet;
  const { template } = set.spec;
  const defaulted = { ...template, spec: { ...template.spec, restartPolicy: 'Always' } };
  const known = { [templateHashesAnnotation]: templateHash(template) };
  const items = [
    aRevision(set, 1, defaulted, { annotations: known }),
    aRevision(set, 2, { ...defaulted, spec: { ...defaulted.spec, hostNetwork: true } }),
  ];
  server.answer((call) => {
    if (call.path.endsWith('/statefulsets/web')) call.json(set);
    else call.json({ metadata: {}, items: call.path.endsWith('/controllerrevisions') ? items : [] });
  });
  expect(await own.undo({ toRevision: 1 })).toMatchObject({ changed: false, revision: 1 });
  expect(server.calls.filter(({ method }) => method !== 'GET')).toEqual([]);
  expect(await own.undo({ toRevision: 2 })).toMatchObject({ changed: true, revision: 2 });
});

test('a change is made anew from what somebody else has written meanwhile', async () => {
  const rollout = handle.rollout(({ spec, ...template }) => ({ ...template, spec: { ...spec, hostNetwork: true } }));
  (await server.next()).json(aSet());
  (await server.next()).status(409, 'Conflict');
  (await server.next()).json(aSet({}, undefined, { resourceVersion: '5' }));
  const patch = await server.next();
  expect(JSON.parse(patch.body)).toMatchObject({
    metadata: { resourceVersion: '5' },
    spec: { template: { spec: { hostNetwork: true } } },
  });
  patch.json(aSet());
  expect(await rollout).toMatchObject({ changed: true });
});

describe('what no type has checked is refused before anything is asked', () => {
  const any = (value: unknown) => value as never;
  const whole = 'and is to be a whole number from 0 to 2147483647';
  const change = 'and is to be { image, container }, { template } or a function of the template';
  it.each<[string, () => Promise<unknown>, string]>([
    ...[NaN, Infinity, -1, 1.5, 3e9, null, '3', undefined].flatMap(
      (replicas): [string, () => Promise<unknown>, string][] => {
        const said = `spec.replicas is ${typeof replicas === 'string' ? '"3"' : String(replicas)}, ${whole}`;
        return [
          [`scale(${String(replicas)})`, () => handle.scale(any(replicas)), said],
          [`plan({ replicas: ${String(replicas)} })`, () => handle.plan(any({ replicas })), said],
        ];
      },
    ),
    [
      'an unknown cascade',
      () => handle.delete({ cascade: any('Orphan') }),
      'cascade is "Orphan", and is to be one of background, foreground, orphan',
    ],
    [
      'unknown claims',
      () => handle.delete({ claims: any('retain') }),
      'claims is "retain", and is to be one of Retain, Delete',
    ],
    ['a slip of the pen', () => handle.rollout(any({ imgae: 'web:2' })), `the change is { imgae }, ${change}`],
    [
      'two changes',
      () => handle.rollout(any({ image: 'web:2', template: {} })),
      `the change is { image, template }, ${change}`,
    ],
    ['no change', () => handle.rollout(any(undefined)), `the change is undefined, ${change}`],
    ['a plan of no change', () => handle.plan(any(null)), `the change is null, ${change}`],
    ['no image', () => handle.rollout(any({ image: '' })), 'image is "", and is to be a name'],
    [
      'an unknown API',
      () => handle.convert({ to: any('apps/v2') }),
      'to is "apps/v2", and is to be one of apps/v1, ordinal.dev/v1',
    ],
    ['no manifest', () => handle.apply(any(undefined)), 'the manifest is undefined, and is to be an object'],
    ['no name', async () => client.statefulSet('shop', any(undefined)), 'name is undefined, and is to be a name'],
    ['no namespace', async () => client.statefulSet('', 'web'), 'namespace is "", and is to be a name'],
    [
      'a flavour of none',
      async () => client.statefulSet('shop', 'web', { flavour: any('apps/v2') }),
      'flavour is "apps/v2", and is to be one of apps/v1, ordinal.dev/v1',
    ],
    [
      'a list of none',
      () => client.list({ flavour: any('apps/v2') }),
      'flavour is "apps/v2", and is to be one of apps/v1, ordinal.dev/v1',
    ],
  ])('%s', async (_, call, message) => {
    await expect(call()).rejects.toMatchObject({ code: 'Invalid', message });
    expect(server.calls).toEqual([]);
  });

  it('a function that makes no template', async () => {
    server.answer((call) => call.json(aSet()));
    await expect(handle.rollout(any(() => undefined))).rejects.toMatchObject({
      message: 'what the function made is undefined, and is to be a pod template',
    });
    await expect(handle.plan(any(async () => aSet().spec.template))).rejects.toMatchObject({ code: 'Invalid' });
  });
});

describe('a deletion that says what becomes of the claims', () => {
  const volumeClaimTemplates = [{ metadata: { name: 'data' }, spec: {} }];
  const policy = (whenDeleted: 'Retain' | 'Delete', observedGeneration: number) =>
    aSet(
      { replicas: 1, volumeClaimTemplates, persistentVolumeClaimRetentionPolicy: { whenDeleted } },
      { observedGeneration },
      { generation: 2 },
    );
  const owned = aClaim('data-web-0', { ownerReferences: [setOwnerReference(aSet())] });

  /** What the API server has, and the calls that changed it, in order. */
  function serve(of: { set: StatefulSet; claim: Claim; onClaims?: () => void }): string[] {
    const writes: string[] = [];
    server.answer((call) => {
      if (call.method !== 'GET') writes.push(`${call.method} ${call.path.split('/').slice(-2).join('/')}`);
      if (call.path.endsWith('/persistentvolumeclaims')) of.onClaims?.();
      if (call.method === 'PATCH' && call.path.includes('/persistentvolumeclaims/')) {
        of.claim = { ...of.claim, metadata: { ...of.claim.metadata, ...(JSON.parse(call.body) as Claim).metadata } };
        call.json(of.claim);
      } else if (call.path.endsWith('/persistentvolumeclaims')) call.json({ metadata: {}, items: [of.claim] });
      else if (call.path.endsWith('/pods')) call.json({ metadata: {}, items: [aPod(of.set, 0)] });
      else if (call.method === 'PATCH') call.json((of.set = policy('Retain', 1)));
      else call.json(of.set);
    });
    return writes;
  }

  test('waits until who serves the set has seen to the claims', async () => {
    let looks = 0;
    const state = {
      set: policy('Delete', 2),
      claim: owned,
      onClaims: () => {
        if (++looks === 2) state.claim = aClaim('data-web-0');
        if (looks === 3) state.set = policy('Retain', 2);
      },
    };
    const writes = serve(state);
    await handle.delete({ claims: 'Retain' });
    expect(writes).toEqual(['PATCH statefulsets/web', 'DELETE statefulsets/web']);
    expect(looks).toBe(4);
  });

  test('sees to them itself where nobody does', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: epoch });
    const state = { set: policy('Delete', 1), claim: owned, onClaims: () => void vi.advanceTimersByTime(3_000) };
    const writes = serve(state);
    await handle.delete({ claims: 'Retain' }).finally(() => vi.useRealTimers());
    expect(writes).toEqual([
      'PATCH statefulsets/web',
      'PATCH persistentvolumeclaims/data-web-0',
      'DELETE statefulsets/web',
    ]);
    expect(state.claim.metadata.ownerReferences).toEqual([]);
  });

  test('says that nothing is deleted when it may not', async () => {
    const writes: string[] = [];
    server.answer((call) => {
      if (call.method !== 'GET') writes.push(call.method);
      if (call.path.endsWith('/persistentvolumeclaims')) call.status(403, 'Forbidden');
      else if (call.path.endsWith('/pods')) call.json({ metadata: {}, items: [] });
      else call.json(policy('Retain', 1));
    });
    await expect(handle.delete({ claims: 'Retain' })).rejects.toMatchObject({
      code: 'Forbidden',
      verb: 'list',
      message: expect.stringMatching(/the set is not deleted, its policy is whenDeleted: Retain now$/) as string,
    });
    expect(writes).not.toContain('DELETE');
  });
});

test('a result may be waited for longer than a timer of Node can, and ends in time when nobody answers', async () => {
  const scale = handle.scale(3);
  (await server.next()).json(aSet());
  const operation = await scale;
  const hours = 600 * 3_600_000;
  const signal = AbortSignal.timeout(100);
  await expect(operation.result({ timeoutMs: hours, stuckAfterMs: hours, signal })).rejects.toMatchObject({
    name: 'TimeoutError',
  });
  expect(await operation.result({ timeoutMs: 50 })).toMatchObject({ outcome: 'timeout' });
});

test('a deletion takes this very set only', async () => {
  const deletion = handle.delete({ cascade: 'orphan' });
  (await server.next()).json(aSet());
  const call = await server.next();
  expect(call.method).toBe('DELETE');
  expect(JSON.parse(call.body)).toMatchObject({ preconditions: { uid: 'set-uid' }, propagationPolicy: 'Orphan' });
  call.json(aSet());
  expect(await deletion).toMatchObject({ uid: 'set-uid' });
});
