import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { installPackage, type InstalledPackage } from '../support/installed-package.ts';

const run = promisify(execFile);
let folder: string;
let bin: InstalledPackage['bin'];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ordinal-package-'));
  const installed = await installPackage(folder);
  expect(installed.size).toBeLessThan(1024 * 1024);
  bin = installed.bin;
}, 300_000);

afterAll(() => rm(folder, { recursive: true, force: true }));

const call = (name: 'ordinal' | 'kubectl-ordinal' | 'kubectl_complete-ordinal', args: readonly string[]) =>
  run(bin(name), [...args], { env: { ...process.env, KUBECONFIG: inject('target').kubeconfig } });

test('the command line runs, under all of its names', async () => {
  expect((await call('ordinal', ['--help'])).stdout).toContain('worker');
  expect((await call('kubectl-ordinal', ['--help'])).stdout).toContain('rollout');
  expect((await call('kubectl_complete-ordinal', ['stat'])).stdout).toBe('status\n:4\n');
  expect((await call('ordinal', ['list', '-A', '-o', 'json'])).stdout).toContain('[');
});

test('the client and the worker can be imported, by JavaScript too', async () => {
  const program = `
    import { OrdinalClient } from 'ordinal-k8s/client';
    import { runWorker } from 'ordinal-k8s/worker';
    const client = await OrdinalClient.connect();
    console.log(typeof runWorker, (await client.list()).length >= 0);
    await client.close();
  `;
  await writeFile(join(folder, 'program.js'), program);
  const env = { ...process.env, KUBECONFIG: inject('target').kubeconfig };
  expect((await run(process.execPath, ['program.js'], { cwd: folder, env })).stdout).toBe('function true\n');
});

test('the worker of the package brings its workflow code along', async () => {
  const { temporalAddress } = inject('target');
  const program = `
    import { existsSync } from 'node:fs';
    import { runWorker } from 'ordinal-k8s/worker';
    const stop = new AbortController();
    await runWorker({ resources: ['ordinal.dev/v1'], probe: false, leaseNamespace: 'package-test', logLevel: 'warn' }, stop.signal, () => stop.abort());
    console.log('served', existsSync('node_modules/ordinal-k8s/dist/workflow-bundle.js'));
    process.exit(0);
  `;
  await writeFile(join(folder, 'worker.js'), program);
  const env = { ...process.env, KUBECONFIG: inject('target').kubeconfig, TEMPORAL_ADDRESS: temporalAddress };
  expect((await run(process.execPath, ['worker.js'], { cwd: folder, env })).stdout).toContain('served true');
});
