/**
 * `npm test`: all checks, then the tests that need no server, then those on a real API server and a real Temporal server. The last line
 * printed is "N passed, N failed" for the whole; the exit code is 0 only when nothing failed.
 *
 * `npm test -- unit` or `-- e2e` runs a part; further words are file filters for vitest. `npm run test:full` adds what is too long for
 * every commit: the tests of test/full, the planner against thousands of simulated clusters, and mutations of the planner.
 */
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findBinaries } from '../sandbox/binaries/find-binaries.ts';

interface Count {
  readonly passed: number;
  readonly failed: number;
}

const checks = ['types', 'lint', 'format:check', 'unused', 'reference -- --check', 'package:check'] as const;
const longChecks = ['properties -- --minutes 2', 'mutation'] as const;
const projects = ['unit', 'e2e', 'speed', 'full'] as const;

const everything = process.argv[2] === 'full';
const [part, ...filters] = process.argv.slice(everything ? 3 : 2);
const only = [...projects, 'checks'].find((name) => name === part);
const words = only === undefined && part !== undefined ? [part, ...filters] : filters;

let count: Count = { passed: 0, failed: 0 };
if (only === undefined || only === 'checks') for (const name of checks) count = add(count, await check(name));
for (const project of projects) {
  if (only === undefined ? project === 'full' && !everything : only !== project) continue;
  if (project !== 'unit') await findBinaries({ progress: (line) => process.stdout.write(`${line}\n`) });
  count = add(count, await vitest(project, words));
}
if (everything && only === undefined) for (const name of longChecks) count = add(count, await check(name));
process.stdout.write(`${count.passed} passed, ${count.failed} failed\n`);
process.exitCode = count.failed === 0 ? 0 : 1;

async function check(name: string): Promise<Count> {
  title(name);
  const code = await run('npm', ['run', '--silent', ...name.split(' ')]);
  return code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

/** A run that ends badly without a test that failed (a worker that died, a set-up that threw) counts as one failure. */
async function vitest(project: string, filters: readonly string[]): Promise<Count> {
  title(`${project} tests`);
  const folder = await mkdtemp(join(tmpdir(), 'ordinal-report-'));
  const report = join(folder, 'report.json');
  try {
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
    const code = await run('vitest', ['run', '--project', project, '--passWithNoTests', ...reporters, ...filters]);
    const { numPassedTests = 0, numFailedTests = 0 } = await read(report);
    return { passed: numPassedTests, failed: code === 0 ? numFailedTests : Math.max(numFailedTests, 1) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function read(path: string): Promise<{ numPassedTests?: number; numFailedTests?: number }> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as { numPassedTests?: number; numFailedTests?: number };
  } catch {
    return {};
  }
}

function run(command: string, args: readonly string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit'] });
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
}

function title(text: string): void {
  process.stdout.write(`\n== ${text}\n`);
}

function add(a: Count, b: Count): Count {
  return { passed: a.passed + b.passed, failed: a.failed + b.failed };
}
