import { afterEach, beforeEach, expect, it } from 'vitest';
import { ScriptedServer } from '../kube/scripted-server.fixture.ts';
import { aSet } from '../model/objects.fixture.ts';
import type { SetFlavour } from '../model/objects.ts';
import { setNotFound } from './not-found.ts';

let server: ScriptedServer;
beforeEach(async () => void (server = await ScriptedServer.start()));
afterEach(() => server.close());

it.each<[string, SetFlavour | undefined, readonly string[], string]>([
  ['of the other API in this namespace', 'ordinal.dev/v1', ['shop'], 'there is one of apps/v1: sts/web'],
  ['of the other API elsewhere', 'ordinal.dev/v1', ['bank'], 'see what there is: ordinal list -n shop'],
  ['in other namespaces', undefined, ['yard', 'bank'], 'there is one in namespace bank, yard: -n bank'],
  ['nowhere', 'apps/v1', [], 'see what there is: ordinal list -n shop'],
])('tells where there is one: %s', async (_, flavour, namespaces, hint) => {
  server.answer((call) => {
    if (call.path.includes('ordinal.dev')) call.status(404, 'NotFound');
    else call.json({ metadata: {}, items: namespaces.map((namespace) => aSet({}, undefined, { namespace })) });
  });
  const error = await setNotFound(server.client(), 'shop', 'web', flavour);
  expect(error.message).toBe(`statefulset "web" not found in namespace "shop"; ${hint}`);
});
