import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { KubeConfig } from '@kubernetes/client-node';
import { openCluster } from './connect.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ordinal-connect-'));
  const config = new KubeConfig();
  config.loadFromOptions({
    clusters: [{ name: 'c', server: 'http://127.0.0.1:1', skipTLSVerify: false }],
    users: [{ name: 'u' }],
    contexts: [{ name: 'x', cluster: 'c', user: 'u', namespace: 'shop' }],
    currentContext: 'x',
  });
  writeFileSync(join(folder, 'real'), config.exportConfig());
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

it.each([
  ['behind', (real: string, missing: string) => [real, missing]],
  ['before', (real: string, missing: string) => [missing, real]],
])('passes over a file of KUBECONFIG that is missing, %s one that is there', async (_, list) => {
  vi.stubEnv('KUBECONFIG', list(join(folder, 'real'), join(folder, 'missing')).join(delimiter));
  const { kube, namespace } = openCluster();
  expect(namespace).toBe('shop');
  await kube.transport.close();
});

it('says so where none of them is there', () => {
  vi.stubEnv('KUBECONFIG', join(folder, 'missing'));
  expect(() => openCluster()).toThrow('cannot read the kubeconfig');
});
