import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startUpPair } from '../../bench/start-up.ts';
import { spreadOf } from '../../bench/statistics.ts';
import { startSandbox, type Sandbox } from '../../sandbox/sandbox.ts';

/**
 * `ordinal list` may take so many times the processor time of the bare `node -e 0`. Normally it is 5 to 7; all modules one by one are above 20.
 * Time by the clock would judge the neighbours.
 */
const most = 12;
const pairs = 5;
const root = fileURLToPath(new URL('../..', import.meta.url));

let sandbox: Sandbox;

beforeAll(async () => {
  execFileSync('npm', ['run', '-s', 'build'], { cwd: root });
  sandbox = await startSandbox({ name: `start-up-${process.pid}` });
});

afterAll(() => sandbox?.stop());

async function ratio(program: string): Promise<number> {
  const env = { ...process.env, KUBECONFIG: sandbox.kubeconfig };
  const args = [`${root}${program}`, 'list', '-A'];
  // The first one fills the cache of compiled code.
  await startUpPair(args, { env });
  const found: number[] = [];
  for (let pair = 0; pair < pairs; pair++) {
    const { bare, program: ours } = await startUpPair(args, { env });
    found.push(ours.cpu / bare.cpu);
  }
  const { median } = spreadOf(found);
  process.stdout.write(`${program} list: ${median.toFixed(1)} times the processor time of a bare node\n`);
  return median;
}

test('the command line starts fast: its parts are loaded when they are needed', async () => {
  expect(await ratio('dist/cli/main.js')).toBeLessThan(most);
}, 120_000);

test('that all modules are loaded one by one would be noticed', async () => {
  expect(await ratio('cli/main.ts')).toBeGreaterThan(most);
}, 120_000);
