import { afterEach, beforeEach, expect, it } from 'vitest';
import { setsOf } from '../kube/resources.ts';
import { ScriptedServer } from '../kube/scripted-server.fixture.ts';
import { annotations } from '../model/annotations.ts';
import { aSet } from '../model/objects.fixture.ts';
import type { StatefulSet } from '../model/objects.ts';
import { applyRequested } from './apply-requested.ts';

const { reason, requestedBy } = annotations;
const cause = 'kubernetes.io/change-cause';

let server: ScriptedServer;
/** What others than an apply have written stays. */
let there: StatefulSet;
let patches: Record<string, string | null>[];
beforeEach(async () => {
  server = await ScriptedServer.start();
  patches = [];
  server.answer((call) => {
    const body = JSON.parse(call.body) as StatefulSet;
    const noted = { ...there.metadata.annotations, ...body.metadata.annotations };
    const kept = Object.fromEntries(Object.entries(noted).filter(([, value]) => value !== null));
    const generation = (there.metadata.generation ?? 0) + (body.spec?.replicas === 9 ? 1 : 0);
    const after = { ...there, metadata: { ...there.metadata, annotations: kept, generation } };
    if (!call.query.has('dryRun')) {
      patches.push(body.metadata.annotations ?? {});
      there = after;
    }
    call.json(after);
  });
});
afterEach(() => server.close());

const earlier = { [reason]: 'release', [requestedBy]: 'ann' };
const apply = (notes: Record<string, string>, replicas: number, options: object, given?: object) => {
  there = aSet({}, undefined, { annotations: notes });
  const manifest = { metadata: { name: 'web', ...(given && { annotations: given }) }, spec: { replicas } };
  const options_ = { requestedBy: 'bob', ...options };
  return applyRequested(server.client(), setsOf('apps/v1'), 'shop', { manifest, former: there, options: options_ });
};

it.each<[string, Record<string, string>, object, object | undefined, Record<string, string>]>([
  ['without a reason', earlier, {}, undefined, { [requestedBy]: 'bob' }],
  ['with a reason', earlier, { reason: 'more' }, undefined, { [requestedBy]: 'bob', [reason]: 'more' }],
  ['of a set of which nobody told', {}, {}, undefined, { [requestedBy]: 'bob' }],
  [
    'with a reason over a cause',
    { [cause]: 'old' },
    { reason: 'x' },
    undefined,
    { [requestedBy]: 'bob', [reason]: 'x' },
  ],
  [
    'with a cause of its own',
    { [cause]: 'old' },
    { reason: 'x' },
    { [cause]: 'new' },
    { [requestedBy]: 'bob', [reason]: 'x', [cause]: 'new' },
  ],
])('a change %s tells of who makes it, and of nobody before', async (_, notes, options, given, after) => {
  expect((await apply(notes, 9, options, given)).metadata.annotations).toEqual(after);
});

it('what is taken away goes before the change, so that no revision is made with it', async () => {
  await apply(earlier, 9, {});
  expect(patches).toEqual([{ [reason]: null }, { [requestedBy]: 'bob' }]);
});

it('an apply that leaves the spec as it is leaves what is told of it', async () => {
  expect((await apply(earlier, 3, {})).metadata.annotations).toEqual(earlier);
  expect(patches).toEqual([earlier]);
});

it('a dry run writes nothing', async () => {
  await apply(earlier, 9, { dryRun: true });
  expect(patches).toEqual([]);
});
