import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { identify } from '../../sandbox/processes/process-identity.ts';
import { nodeProgram } from '../../sandbox/processes/node-program.ts';
import { waitUntil } from '../../sandbox/processes/wait-until.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
let state: string;

beforeEach(async () => {
  state = await mkdtemp(join(tmpdir(), 'ordinal-demo-'));
});
afterEach(() => rm(state, { recursive: true, force: true }));

interface Running {
  readonly child: ChildProcess;
  readonly said: () => string;
}

function run(program: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): Running {
  const path = `${dirname(nodeProgram())}:${process.env['PATH']}`;
  const child = spawn(program, args, {
    cwd: root,
    env: { ...process.env, XDG_STATE_HOME: state, PATH: path, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (said += text));
  return { child, said: () => said };
}

async function exitCode({ child }: Running): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  return child.exitCode;
}

function isOpen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    socket.once('error', () => resolve(false));
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.unref();
  });
}

test('npm run demo plays all chapters and holds what it claims', { timeout: 300_000 }, async () => {
  const demo = run('npm', ['run', '--silent', 'demo', '--', '--exit']);
  expect(await exitCode(demo), demo.said()).toBe(0);
  const chapters = demo.said().matchAll(/^== \d\/8 {2}(.*)$/gm);
  expect([...chapters].map(([, title]) => title)).toEqual([
    'Ordered start',
    'A new image',
    'Scale out',
    'Scale in',
    'kill -9 of the worker, in the middle of a rollout',
    'An image that cannot be pulled, then a good one',
    'Ordered deletion',
    'The same set again',
  ]);
  for (const line of [
    /Temporal UI {3}http:\/\/127\.0\.0\.1:\d+\/namespaces\/default\/workflows/,
    /export KUBECONFIG=.*kubeconfig/,
    /ok: no pod was created before its predecessor was Ready/,
    /ok: process \d+ was killed with web-sts-3 taken down; [\d.]+ s later process \d+ created it again/,
    /ok: it said why: pod web-sts-5: .*nginx:broken/,
    /ok: each pod was gone before the next one was touched/,
    /== All 8 chapters held what they claim/,
  ])
    expect(demo.said()).toMatch(line);
  expect(await readdir(join(state, 'ordinal', 'sandboxes'))).not.toContain('demo');
});

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 130],
  ['SIGKILL', null],
] as const)('%s in the middle leaves no process behind', { timeout: 120_000 }, async (signal, code) => {
  const demo = run(nodeProgram(), [join(root, 'examples/demo/main.ts')]);
  await waitUntil('the first pod appears', () => demo.said().includes('web-sts-0  created'), { timeoutMs: 90_000 });
  const worker = Number(/serves apps\/v1, process (\d+)/.exec(demo.said())?.[1]);
  expect(identify(worker)).toBeDefined();
  demo.child.kill(signal);
  expect(await exitCode(demo)).toBe(code);
  await waitUntil('the worker is gone', () => identify(worker) === undefined);
  const port = Number(/Kubernetes at https:\/\/127\.0\.0\.1:(\d+)/.exec(demo.said())?.[1]);
  await waitUntil('the API server is gone', async () => !(await isOpen(port)));
});

test('what is missing is said plainly, and the exit code is 1', async () => {
  const demo = run(nodeProgram(), [join(root, 'examples/demo/main.ts'), '--exit'], { ORDINAL_SANDBOX_BIN: state });
  expect(await exitCode(demo)).toBe(1);
  expect(demo.said()).toContain(`FAILED: ORDINAL_SANDBOX_BIN is ${state}, which has no `);
  expect(demo.said()).not.toContain('    at ');
});
