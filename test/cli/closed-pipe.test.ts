import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { exitCodes } from '../../cli/exit.ts';
import { ScriptedServer } from '../../kube/scripted-server.fixture.ts';

let server: ScriptedServer;
let folder: string;
beforeEach(async () => {
  server = await ScriptedServer.start();
  folder = mkdtempSync(join(tmpdir(), 'ordinal-pipe-'));
  writeFileSync(join(folder, 'kubeconfig'), server.kubeConfig().exportConfig());
});
afterEach(async () => {
  rmSync(folder, { recursive: true });
  await server.close();
});

/** Runs `ordinal` with nobody who reads its output. */
async function unread(...args: string[]): Promise<{ readonly code: number; readonly err: string }> {
  const main = new URL('../../cli/main.ts', import.meta.url).pathname;
  const child = spawn(process.execPath, [main, ...args, '--kubeconfig', join(folder, 'kubeconfig')]);
  child.stdout.destroy();
  const [err, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')]);
  return { code: code as number, err };
}

it('ends quietly where nobody reads', { timeout: 30_000 }, async () => {
  server.answer((call) => call.json({ kind: 'StatefulSetList', metadata: { resourceVersion: '1' }, items: [] }));
  expect(await unread('list', '-o', 'json')).toEqual({ code: exitCodes.closed, err: '' });
});

it('applies the object at hand to its end, and says how many there were', { timeout: 30_000 }, async () => {
  server.answer((call) => {
    if (call.path === '/api/v1') {
      call.json({ kind: 'APIResourceList', resources: [{ name: 'configmaps', kind: 'ConfigMap', namespaced: true }] });
    } else if (call.method === 'PATCH') setTimeout(() => call.json(JSON.parse(call.body)), 200);
    else call.status(404, 'NotFound');
  });
  const items = ['a', 'b', 'c'].map((name) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name } }));
  const file = join(folder, 'objects.json');
  writeFileSync(file, JSON.stringify({ apiVersion: 'v1', kind: 'List', items }));
  const { code, err } = await unread('apply', '-f', file);
  const applied = server.calls.filter(({ method, query }) => method === 'PATCH' && !query.has('dryRun')).length;
  expect(applied).toBeLessThan(3);
  expect(err).toBe(`error: stdout is closed: ${applied} of 3 objects were applied\n`);
  expect(code).toBe(exitCodes.closed);
});
