import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { recordedConsole } from '../../cli/console.fixture.ts';
import { run } from '../../cli/run.ts';
import { buildChangedBundle, changedOperation } from '../support/changed-workflows.ts';
import { buildWorkflowBundle } from '../support/workflow-bundle.ts';
import { shapes } from './shapes.ts';

const here = fileURLToPath(new URL('.', import.meta.url));
const root = join(here, '../..');
const files = (await readdir(here, { recursive: true })).filter((name) => name.endsWith('.json')).toSorted();
let folder: string;
let bundle: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ordinal-replay-'));
  bundle = join(folder, 'bundle.js');
  await buildWorkflowBundle(bundle);
}, 120_000);

afterAll(() => rm(folder, { recursive: true, force: true }));

async function replay(workflowBundle: string, args: readonly string[]) {
  const console = recordedConsole();
  const exitCode = await run(['replay', '--workflow-bundle', workflowBundle, ...args], console);
  return { exitCode, ...console.written };
}

test('every shape that workflows have is on record', () => {
  const recorded = new Set(files.map((file) => file.split('/').at(-1)?.split('.')[0]));
  expect(recorded).toEqual(new Set(shapes.map(({ name }) => name)));
});

test('this version can carry on every run on record', { timeout: 120_000 }, async () => {
  const { exitCode, out, err } = await replay(
    bundle,
    files.map((file) => join(here, file)),
  );
  expect(out.split('\n').filter((line) => line !== '' && !line.startsWith('compatible '))).toEqual([]);
  expect(out.trim().split('\n')).toHaveLength(files.length);
  expect(err).toBe(`${files.length} replayed, all compatible\n`);
  expect(exitCode).toBe(0);
});

test('a change that runs under way would not survive is caught', { timeout: 120_000 }, async () => {
  const bad = join(folder, 'changed.js');
  await buildChangedBundle(bad, changedOperation);
  const rollouts = files.filter((file) => /\brollout\.\d-rollout\.json$/.test(file)).map((file) => join(here, file));
  expect(rollouts.length).toBeGreaterThanOrEqual(1);
  const { exitCode, out } = await replay(bad, rollouts);
  expect(out.trim().split('\n')).toHaveLength(rollouts.length);
  const reason =
    "Nondeterminism error: Activity type of scheduled event 'settlePods' does not match activity type of activity command 'planNext'";
  for (const line of out.trim().split('\n')) expect(line).toMatch(/^not compatible sts\/.*\/web\/operation /);
  for (const line of out.trim().split('\n')) expect(line.endsWith(`: ${reason}`), line).toBe(true);
  expect(exitCode).toBe(1);
  const entities = files
    .filter((file) => /\brollout\.\d-statefulSet\.json$/.test(file))
    .map((file) => join(here, file));
  expect((await replay(bad, entities)).exitCode, 'what was not changed').toBe(0);
});

test('for programs the answer is JSON', async () => {
  const { out } = await replay(bundle, ['-o', 'json', ...files.slice(0, 2).map((file) => join(here, file))]);
  const answers = JSON.parse(out) as readonly { readonly workflowId: string; readonly problem?: string }[];
  expect(answers.map(({ workflowId, problem }) => [workflowId.startsWith('sts/'), problem])).toEqual([
    [true, undefined],
    [true, undefined],
  ]);
});

test.each([
  ['nothing to replay', []],
  ['a file that is not there', ['none.json']],
  ['a file that is no history', [join(root, 'package.json')]],
])('%s is wrong usage', async (_, args) => {
  expect((await replay(bundle, args)).exitCode).toBe(2);
});

test('the histories hold no template, no machine, and stay small', async () => {
  let bytes = 0;
  for (const file of files) {
    const text = await readFile(join(here, file), 'utf8');
    bytes += (await stat(join(here, file))).size;
    const decoded = text.replaceAll(/"data":"([^"]*)"/g, (_, data: string) => Buffer.from(data, 'base64').toString());
    expect(decoded, file).toContain('web');
    for (const part of ['containers', 'mountPath', 'env', '/tmp/', '@'])
      expect(decoded, `${file}: ${part}`).not.toContain(`"${part}"`);
  }
  const versions = new Set(files.map((file) => file.split('/')[0])).size;
  expect(bytes / versions).toBeLessThan(2_000_000);
});
