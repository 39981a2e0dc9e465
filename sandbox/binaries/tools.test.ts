import { expect, test } from 'vitest';
import { moduleVersion, printsVersion, readPins, wheelVersion } from './tools.ts';

test('versions come from the pins, whichever way go.mod writes them', () => {
  const goMod = 'module x\nrequire k8s.io/kubernetes v1.36.3\nrequire (\n\tsigs.k8s.io/kwok v0.8.0 // indirect\n)\n';
  expect(moduleVersion(goMod, 'k8s.io/kubernetes')).toBe('1.36.3');
  expect(moduleVersion(goMod, 'sigs.k8s.io/kwok')).toBe('0.8.0');
  expect(() => moduleVersion(goMod, 'go.etcd.io/etcd')).toThrow('requires no go.etcd.io/etcd');
  expect(wheelVersion('# a comment\ntemporal-bin==1.9.1 \\\n  --hash=x')).toBe('1.9.1');
});

test.each([
  ['Kubernetes v1.36.3', '1.36.3', true],
  ['Client Version: v1.36.3\nKustomize Version: v5.8.1', '1.36.3', true],
  ['etcd Version: 3.6.8\nGit SHA: x', '3.6.8', true],
  ['temporal version 1.9.1 (Server 1.32.0, UI 2.54.1)', '1.9.1', true],
  ['Kubernetes v1.36.31', '1.36.3', false],
  ['Kubernetes v11.36.3', '1.36.3', false],
  ['Kubernetes v1.36.3-rc.1', '1.36.3', false],
  ['Kubernetes v1.36.30', '1.36.3', false],
  ['Kubernetes v1x36x3', '1.36.3', false],
])('%s is version %s: %s', (output, version, expected) => {
  expect(printsVersion(output, version)).toBe(expected);
});

test('the real pins name every program', () => {
  const { tools, hash } = readPins();
  expect(tools.map(({ name }) => name)).toHaveLength(7);
  expect(hash).toMatch(/^[0-9a-f]{16}$/);
});
