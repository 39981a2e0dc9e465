import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../..', import.meta.url));
let folder: string;

/** What a user does: packs (or downloads) the package, and installs it into a project that has nothing else. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ordinal-package-'));
  const { stdout } = await run('npm', ['pack', '--json', '--pack-destination', folder], { cwd: root });
  const listed = JSON.parse(stdout.slice(stdout.indexOf('['))) as readonly { filename: string; size: number }[];
  const [packed] = listed;
  expect(packed?.size).toBeLessThan(1024 * 1024);
  await writeFile(join(folder, 'package.json'), JSON.stringify({ name: 'elsewhere', type: 'module', private: true }));
  await run('npm', ['install', '--no-audit', '--no-fund', join(folder, packed?.filename ?? '')], { cwd: folder });
}, 300_000);

afterAll(() => rm(folder, { recursive: true, force: true }));

const bin = (name: string, args: readonly string[]) =>
  run(join(folder, 'node_modules', '.bin', name), [...args], {
    env: { ...process.env, KUBECONFIG: inject('target').kubeconfig },
  });

test('the command line runs, under both of its names', async () => {
  expect((await bin('ordinal', ['--help'])).stdout).toContain('worker');
  expect((await bin('kubectl-ordinal', ['--help'])).stdout).toContain('rollout');
  expect((await bin('ordinal', ['list', '-A', '-o', 'json'])).stdout).toContain('[');
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
