import { afterEach, beforeEach, expect, it } from 'vitest';
import { ScriptedServer } from '../../kube/scripted-server.fixture.ts';
import { checkApiServer } from './api-server.ts';

let server: ScriptedServer;
beforeEach(async () => {
  server = await ScriptedServer.start();
});
afterEach(() => server.close());

it.each([
  ['27', 'warning', /^v1\.27\.1 is older than 1\.28, at http:/],
  ['28+', 'ok', /^v1\.28\+\.1 at http:/],
  ['36', 'ok', /^v1\.36\.1 at http:/],
])('of version 1.%s: %s', async (minor, result, message) => {
  server.answer((call) => call.json({ major: '1', minor, gitVersion: `v1.${minor}.1` }));
  const [version] = await checkApiServer(server.client(), Date.now);
  expect(version).toMatchObject({ result, message: expect.stringMatching(message) });
});
