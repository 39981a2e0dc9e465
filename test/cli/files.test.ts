import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { exitCodes } from '../../cli/exit.ts';
import { type Pending, ScriptedServer } from '../../kube/scripted-server.fixture.ts';
import { commandLine } from '../support/command-line.ts';

let server: ScriptedServer;
let folder: string;
beforeEach(async () => {
  server = await ScriptedServer.start();
  folder = mkdtempSync(join(tmpdir(), 'ordinal-files-'));
  writeFileSync(join(folder, 'kubeconfig'), server.kubeConfig().exportConfig());
});
afterEach(async () => {
  rmSync(folder, { recursive: true });
  await server.close();
});

/** Runs a verb on a file of these objects. */
function on(objects: readonly object[], ...args: string[]) {
  const file = join(folder, 'objects.json');
  writeFileSync(file, JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects }));
  return commandLine([...args, '-f', file, '--kubeconfig', join(folder, 'kubeconfig')]);
}

/** Which kinds there are; whether it was asked. */
function answersDiscovery(call: Pending): boolean {
  const kinds: Record<string, object[]> = {
    '/api/v1': [
      { name: 'configmaps', kind: 'ConfigMap', namespaced: true },
      { name: 'namespaces', kind: 'Namespace', namespaced: false },
    ],
    '/apis/apps/v1': [{ name: 'statefulsets', kind: 'StatefulSet', namespaced: true }],
    '/apis/apiextensions.k8s.io/v1': [
      { name: 'customresourcedefinitions', kind: 'CustomResourceDefinition', namespaced: false },
    ],
  };
  const resources = kinds[call.path];
  if (resources === undefined) return false;
  call.json({ kind: 'APIResourceList', resources });
  return true;
}

const configMap = (name: string, namespace?: string) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, ...(namespace && { namespace }) },
});

const writes = () => server.calls.filter(({ method }) => method !== 'GET').map(({ method, path }) => [method, path]);

describe('-n and the namespace of an object', () => {
  beforeEach(() =>
    server.answer((call) => {
      if (answersDiscovery(call)) return;
      if (call.method === 'PATCH') call.json(JSON.parse(call.body));
      else if (call.method === 'DELETE') call.json({ kind: 'Status', status: 'Success' });
      else call.status(404, 'NotFound');
    }),
  );

  it.each(['apply', 'delete'])('must be the same to %s: nothing is done', async (verb) => {
    const objects = [configMap('a'), configMap('b', 'there')];
    const { code, err } = await on(objects, verb, '-n', 'here');
    expect(err).toContain('the namespace from the provided object "there" does not match the namespace "here"');
    expect(code).toBe(exitCodes.usage);
    expect(writes()).toEqual([]);
  });

  it.each(['apply', 'delete'])('may differ to %s what is in no namespace', async (verb) => {
    const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'x', namespace: 'there' } };
    const { code } = await on([namespace, configMap('a', 'here')], verb, '-n', 'here');
    expect(code).toBe(exitCodes.ok);
    expect(writes()).not.toEqual([]);
  });
});

describe('delete -f', () => {
  const deleted = () => ({ ...configMap('a', 'here'), metadata: { name: 'a', namespace: 'here', uid: '1' } });

  it.each([
    ['json', '"name": "a"'],
    ['yaml', 'name: a'],
    ['name', 'configmap/a\n'],
  ])('--dry-run -o %s prints for programs, and waits for nothing', async (format, text) => {
    server.answer((call) => void (answersDiscovery(call) || call.json(deleted())));
    const { code, out } = await on([configMap('a', 'here')], 'delete', '--dry-run', '-o', format);
    expect(out).toContain(text);
    expect(out).not.toContain('deleted');
    expect(code).toBe(exitCodes.ok);
  });

  it('waits until what was deleted is gone, not what has its name now', async () => {
    let looks = 0;
    server.answer((call) => {
      if (answersDiscovery(call)) return;
      if (call.method === 'GET') looks += 1;
      call.json(looks < 3 ? deleted() : { ...deleted(), metadata: { ...deleted().metadata, uid: '2' } });
    });
    const { code } = await on([configMap('a', 'here')], 'delete');
    expect([code, looks]).toEqual([exitCodes.ok, 3]);
  });

  it('is out of time where it stays', async () => {
    server.answer((call) => void (answersDiscovery(call) || call.json(deleted())));
    const { code, err } = await on([configMap('a', 'here')], 'delete', '--timeout', '10ms');
    expect(err).toContain('timed out: configmap "a" still goes');
    expect(code).toBe(exitCodes.timeout);
  });
});

it('apply --dry-run tells what cannot be tried, as its kind comes with the same file', async () => {
  server.answer((call) => {
    if (answersDiscovery(call)) return;
    if (call.method === 'PATCH') call.json(JSON.parse(call.body));
    else call.status(404, 'NotFound');
  });
  const definition = {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'things.example.com' },
    spec: { names: { kind: 'Thing' } },
  };
  const thing = { apiVersion: 'example.com/v1', kind: 'Thing', metadata: { name: 'x' } };
  const { code, out, err } = await on([definition, thing], 'apply', '--dry-run');
  expect(out).toBe('customresourcedefinition.apiextensions.k8s.io/things.example.com created (server dry run)\n');
  expect(err).toContain('Thing "x" cannot be tried yet: its kind is made by the same files');
  expect(code).toBe(exitCodes.ok);
});
