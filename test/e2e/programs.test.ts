import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { nodeProgram } from '../../sandbox/processes/node-program.ts';
import { kubectlIn } from '../support/kubectl.ts';

/** The programs in the guides (blocks with `file=`) and in the doc comments (`@example`): all are compiled, and run against a set. */
interface Program {
  readonly file: string;
  readonly text: string;
}

const root = fileURLToPath(new URL('../..', import.meta.url));
const entries = { client: 'client/index.ts', activities: 'client/activities.ts', worker: 'worker/index.ts' };
const namespace = `programs-${Math.random().toString(36).slice(2, 7)}`;
const run = promisify(execFile);

const pages = (await readdir(join(root, 'docs'))).filter((name) => name.endsWith('.md')).map((name) => `docs/${name}`);
const guides = (await Promise.all(['README.md', ...pages].map((page) => readFile(join(root, page), 'utf8')))).join(
  '\n',
);
const blocks = [...guides.matchAll(/^```(?:ts|js)([^\n]*)\n([\s\S]*?)^```$/gm)];
const programs: readonly Program[] = blocks.map(([, info = '', text = '']) => ({
  file: /^ file=(\S+)$/.exec(info)?.[1] ?? '',
  text,
}));
const examples = await examplesIn('client', 'worker');

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ordinal-programs-'));
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
  const paths = Object.fromEntries(
    Object.entries(entries).map(([name, file]) => [`ordinal-k8s/${name}`, [root + file]]),
  );
  const compilerOptions = { noEmit: true, rootDir: '/', paths, allowJs: true, checkJs: true };
  const config = { extends: `${root}tsconfig.json`, compilerOptions, include: ['written'] };
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(config));
  for (const { file, text } of [...programs, ...examples]) {
    await write('written', file, text);
    await write(
      'runnable',
      file,
      text.replaceAll(/'ordinal-k8s\/(\w+)'/g, (_, name: string) => `'${urlOf(name)}'`),
    );
  }
  const kubectl = kubectlIn(inject('target'), namespace);
  await kubectl(['create', 'namespace', namespace]);
  const manifest = await readFile(join(root, 'examples/s01-ordered-start/manifest.yaml'), 'utf8');
  const own = manifest.replaceAll('nginx-sts', namespace);
  await kubectl(['apply', '-f', '-'], own);
  await kubectl(['apply', '-f', '-'], own.replaceAll('web-sts', 'web'));
  await kubectl(['rollout', 'status', 'statefulset/web-sts', '--timeout=2m']);
  await kubectl(['rollout', 'status', 'statefulset/web', '--timeout=2m']);
});

afterAll(async () => {
  await kubectlIn(inject('target'), 'default')(['delete', 'namespace', namespace, '--wait=false']);
  await rm(folder, { recursive: true, force: true });
});

test('every program in the guides has a name, and every one compiles, as the examples of the doc comments do', async () => {
  expect(programs.map(({ file }) => file)).not.toContain('');
  expect(programs.length).toBeGreaterThanOrEqual(7);
  expect(examples.length).toBeGreaterThanOrEqual(2);
  const compiled = run(join(root, 'node_modules/.bin/tsc'), ['-p', folder]).catch((error: { stdout: string }) => error);
  expect((await compiled).stdout).toBe('');
});

test.each([
  ['rollout.ts', /completed\n$/],
  ['changes.ts', /^replace web-sts-\d[\s\S]*\{ outcome: 'completed' \}[\s\S]*Healthy \d\n$/],
  ['once.ts', /^true false\n(true|false) /],
  ['errors.js', /^NotFound\n$/],
  ['worker.ts', /completed\n$/],
  ...examples.map(({ file }): [string, RegExp] => [file, /completed\n$/]),
])('%s does what it says', { timeout: 180_000 }, async (file, said) => {
  const { kubeconfig, temporalAddress, temporalNamespace } = inject('target');
  const env = {
    ...process.env,
    KUBECONFIG: kubeconfig,
    TEMPORAL_ADDRESS: temporalAddress,
    TEMPORAL_NAMESPACE: temporalNamespace,
  };
  expect((await run(nodeProgram(), [join(folder, 'runnable', file)], { env })).stdout).toMatch(said);
});

/** The programs play with sets of this test alone. */
async function write(kind: 'written' | 'runnable', file: string, text: string): Promise<void> {
  await mkdir(join(folder, kind), { recursive: true });
  await writeFile(join(folder, kind, file), text.replaceAll(/'(nginx-sts|shop)'/g, `'${namespace}'`));
}

function urlOf(name: string): string {
  return pathToFileURL(root + (entries as Record<string, string>)[name]).href;
}

async function examplesIn(...folders: readonly string[]): Promise<readonly Program[]> {
  const found: Program[] = [];
  for (const source of folders) {
    for (const name of await readdir(join(root, source))) {
      if (!name.endsWith('.ts')) continue;
      const text = await readFile(join(root, source, name), 'utf8');
      for (const [, body = ''] of text.matchAll(/@example\n \* ```ts\n([\s\S]*?) \* ```/g)) {
        found.push({ file: `example-${found.length}-${name}`, text: body.replaceAll(/^ \* ?/gm, '') });
      }
    }
  }
  return found;
}
