import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseEnv, promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { goProgram } from '../support/go-program.ts';
import { runsOf } from '../support/history.ts';
import { startOwnCluster } from '../support/own-cluster.ts';
import { startWorker, type WorkerProcess } from '../support/worker-process.ts';

const exec = promisify(execFile);
const root = fileURLToPath(new URL('../..', import.meta.url));
const version = 'v2.16.1';
/** Docker Compose's own loader: it checks the file against the schema. */
let loader: string;
let place: string;

beforeAll(async () => {
  place = await mkdtemp(join(tmpdir(), 'ordinal-compose-'));
  loader = await goProgram(`compose-go-${version}`, 'github.com/compose-spec/compose-go/v2/cmd', version);
});

afterAll(() => rm(place, { recursive: true, force: true }));

/** With the values of `.env` in their places: the loader alone reads no environment. */
async function filled(): Promise<string> {
  const values = parseEnv(await readFile(join(root, '.env'), 'utf8'));
  const text = await readFile(join(root, 'docker-compose.yml'), 'utf8');
  return text.replaceAll(/\$\{(\w+)\}/g, (variable, name: string) => values[name] ?? variable);
}

async function load(text: string): Promise<{ readonly stdout: string; readonly stderr: string }> {
  const file = join(place, 'docker-compose.yml');
  await writeFile(file, text);
  return exec(loader, ['-format', 'json', file]);
}

test('Docker Compose reads docker-compose.yml, and has nothing to warn of', async () => {
  const { stdout, stderr } = await load(await filled());
  expect(stderr).toBe('');
  const { services } = JSON.parse(stdout) as {
    readonly services: Readonly<Record<string, { readonly image: string }>>;
  };
  expect(services['temporal']?.image).toMatch(/^temporalio\/server:\d/);
});

test.each([
  ['a key that is not known', 'depends_on:', 'depend_on:', /depend_on/],
  ['a condition that is none', 'condition: service_healthy', 'condition: healthy', /condition/],
])('it would refuse %s', async (_, right, wrong, says) => {
  await expect(load((await filled()).replace(right, wrong))).rejects.toThrow(says);
});

test('the jobs prepare a cluster and a namespace, twice over; the worker and the example find all they need', async () => {
  const cluster = await startOwnCluster();
  let worker: WorkerProcess | undefined;
  try {
    const { target, sandbox } = cluster;
    const values = parseEnv(await readFile(join(root, '.env'), 'utf8'));
    const env = {
      HOME: place,
      PATH: [dirname(target.kubectl), dirname(sandbox.binaries.temporal), process.env['PATH']].join(':'),
      KUBERNETES: sandbox.apiServerUrl,
      ADMIN_KUBECONFIG: join(place, 'admin'),
      WORKER_KUBECONFIG: join(place, 'worker'),
      TEMPORAL_ADDRESS: target.temporalAddress,
      TEMPORAL_NAMESPACE: values['TEMPORAL_NAMESPACE'] ?? '',
      TEMPORAL_RETENTION: values['TEMPORAL_RETENTION'],
    };
    const job = async (name: string) =>
      (await exec('sh', [join(root, 'deploy/compose', name)], { env, cwd: join(root, 'examples') })).stdout;
    const flat = ['config', 'view', '--raw', '--flatten', '--kubeconfig', target.kubeconfig];
    await writeFile(env.ADMIN_KUBECONFIG, (await exec(target.kubectl, flat)).stdout);
    for (const name of ['install.sh', 'namespace.sh', 'install.sh', 'namespace.sh']) await job(name);
    const describe = ['operator', 'namespace', 'describe', '-o', 'json'];
    expect((await exec(sandbox.binaries.temporal, describe, { env })).stdout).toMatch(
      /"workflowExecutionRetentionTtl":\s*"7776000s"/,
    );
    const theirs = { ...target, workerKubeconfig: env.WORKER_KUBECONFIG, temporalNamespace: env.TEMPORAL_NAMESPACE };
    worker = await startWorker(theirs, ['--resource', 'apps/v1', 'ordinal.dev/v1']);
    expect(await job('example.sh')).toMatch(/pod\/web-1 +1\/1 +Running/);
    expect(await runsOf(theirs, 'scale')).not.toEqual([]);
  } finally {
    await worker?.kill('SIGTERM');
    await cluster.stop();
  }
});
