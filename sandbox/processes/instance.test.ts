import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { listInstances, readInstance, writeInstance, type Instance } from './instance.ts';

let root: string;
beforeEach(() => (root = mkdtempSync(join(tmpdir(), 'instances-'))));
afterEach(() => rmSync(root, { recursive: true }));

const instance = (name: string): Instance => ({
  name,
  dir: join(root, name),
  phase: 'ready',
  startedAt: '2026-01-01T00:00:00Z',
  owner: { pid: 1, startTime: '1' },
  processes: { etcd: { pid: 2, startTime: '2' } },
  ports: { etcd: 20000 },
  nodes: 3,
  kubeconfig: 'kubeconfig',
  kubectl: 'kubectl',
  apiServerUrl: 'https://127.0.0.1:1',
  temporalAddress: '127.0.0.1:2',
  temporalUiUrl: 'http://127.0.0.1:3',
  auditLog: 'audit.jsonl',
});

test('what is written is read, by folder and by name', () => {
  writeInstance(instance('b'));
  writeInstance(instance('a'));
  expect(readInstance(join(root, 'a'))).toEqual(instance('a'));
  expect(listInstances(root).map(({ name }) => name)).toEqual(['a', 'b']);
});

test('folders that hold no instance do not count', () => {
  writeFileSync(join(root, 'a.lock'), '');
  expect(listInstances(root)).toEqual([]);
  expect(listInstances(join(root, 'nowhere'))).toEqual([]);
  expect(readInstance(root)).toBeUndefined();
});
