import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { FakeApi } from '../../kube/fake-api.fixture.ts';
import { nodeProgram } from '../../sandbox/processes/node-program.ts';

const ordinal = fileURLToPath(new URL('../../cli/main.ts', import.meta.url));

let api: FakeApi;
let folder: string;
let worker: ChildProcess | undefined;
beforeEach(async () => {
  api = await FakeApi.start();
  folder = await mkdtemp(join(tmpdir(), 'ordinal-worker-stop-'));
});
afterEach(async () => {
  worker?.kill('SIGKILL');
  await api.server.close();
  await rm(folder, { recursive: true, force: true });
});

test('a worker that may not list anything ends, in order, when it is told to', { timeout: 60_000 }, async () => {
  api.put('/api/v1/namespaces', { metadata: { name: 'kube-system', uid: 'a-cluster', resourceVersion: '1' } });
  api.intercept = (call) => {
    const isList = call.method === 'GET' && !call.path.endsWith('kube-system');
    if (isList) call.status(403, 'Forbidden');
    return isList;
  };
  const kubeconfig = join(folder, 'kubeconfig');
  await writeFile(kubeconfig, api.server.kubeConfig().exportConfig());
  // Nobody listens at the discard port.
  const env = { ...process.env, KUBECONFIG: kubeconfig, TEMPORAL_ADDRESS: '127.0.0.1:9' };
  const args = ['worker', '--no-probe', '--health-address', '127.0.0.1:0', '--workflow-bundle', join(folder, 'none')];
  worker = spawn(nodeProgram(), [ordinal, ...args], { env, stdio: 'ignore' });
  const ended = once(worker, 'exit');
  const lists = () => api.server.calls.filter(({ path }) => path.endsWith('/pods'));
  await vi.waitFor(() => expect(lists().length).toBeGreaterThan(1), 30_000);
  worker.kill('SIGTERM');
  expect(await ended).toEqual([0, null]);
});
