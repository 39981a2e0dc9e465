import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { blocksOf } from '../support/doc-blocks.ts';
import { kubectlIn } from '../support/kubectl.ts';
import { openUserShell, type UserShell } from '../support/user-shell.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

const pages = (await readdir(join(root, 'docs'), { recursive: true }))
  .filter((name) => name.endsWith('.md'))
  .map((name) => join('docs', name));
const blocks = (await Promise.all(['README.md', 'CONTRIBUTING.md', ...pages].map(blocksOf))).flat();
const runnable = (info: string) => blocks.filter((block) => block.info === info);

/** Runs text as a user in a checkout would. */
const inShell = (command: string) => shell.run(command, root);
let shell: UserShell;

beforeAll(async () => {
  shell = await openUserShell(inject('target'));
});

afterAll(async () => {
  await kubectlIn(
    inject('target'),
    'default',
  )(['delete', 'namespace', 'nginx-sts', '--wait=false', '--ignore-not-found']);
  await shell.close();
});

/** What the commands of a page print has to have this in it. */
const pagesToRun: readonly (readonly [page: string, ...said: RegExp[]])[] = [
  [
    'docs/getting-started.md',
    /roll out complete: 6 new pods/,
    /ordinal explain[\s\S]*cannot pull image nginx:broken/,
    /\$ ordinal runs[\s\S]*rollout/,
  ],
  [
    'docs/cli.md',
    /statefulset.apps\/web-sts image updated/,
    /patch release/,
    /explain[\s\S]*ordinal resume web-sts -n nginx-sts/,
    /\$ ordinal runs[\s\S]*rollout[\s\S]*COMPLETED/i,
  ],
];

test.each(pagesToRun)('every command of %s works, in this order', { timeout: 300_000 }, async (page, ...said) => {
  const output: string[] = [];
  for (const { file, text } of runnable('sh run')) {
    if (file !== page) continue;
    for (const command of text.trim().split('\n')) output.push(`$ ${command}\n${await inShell(command)}`);
  }
  for (const each of said) expect(output.join('\n')).toMatch(each);
});

test('every page with commands to run is run', () => {
  const known = pagesToRun.map(([page]) => page);
  expect(new Set(runnable('sh run').map(({ file }) => file))).toEqual(new Set(known));
});

test('the verbs and flags of docs/coming-from.md are those of the program', async () => {
  const reference = await readFile(join(root, 'docs/cli-reference.md'), 'utf8');
  const page = await readFile(join(root, 'docs/coming-from.md'), 'utf8');
  const uses = [...page.matchAll(/`ordinal (set image|[a-z]+)([^`]*)`/g)];
  expect(uses.length).toBeGreaterThan(15);
  for (const [use, verb, rest = ''] of uses) {
    const [, section] = reference.split(`\n## ${verb}\n`);
    expect(section, use).toBeDefined();
    for (const [flag] of rest.matchAll(/--[a-z-]+/g)) expect(section?.split('\n## ')[0], use).toContain(flag);
  }
});

describe('commands that are not run here', () => {
  /** Where each of them is run. */
  const elsewhere = new Map([
    ['npm ci && npm run demo', 'demo.test.ts'],
    ['npm ci && npm test', 'this very run'],
    ['npm ci', 'this very run'],
    ['npm test', 'this very run'],
    ['ordinal worker --resource apps/v1', 'test/support/worker-process.ts'],
    ['ordinal worker', 'own-resource.test.ts'],
    ['ordinal uninstall', 'install.test.ts'],
    [`ordinal replay --query "ExecutionStatus = 'Running'"`, 'test/replay/replay.test.ts'],
    ['ordinal worker --build-id 0.2.0 --make-current', 'test/crash/upgrade.test.ts'],
    [
      'temporal worker deployment set-current-version --deployment-name ordinal --build-id 0.2.0',
      'test/crash/upgrade.test.ts',
    ],
  ]);
  /** All of their commands are run by a test of their own. */
  const pagesElsewhere = new Map([['docs/security.md', 'codec-server.test.ts']]);
  const commands = runnable('sh')
    .filter(({ file }) => !pagesElsewhere.has(file))
    .flatMap(({ text }) => text.trim().split('\n'));

  test.each(commands.filter((command) => !elsewhere.has(command)))('%s is known to the program', async (command) => {
    const script = /^npm run (\S+)/.exec(command)?.[1];
    if (script !== undefined) {
      const { scripts } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { scripts: object };
      expect(Object.keys(scripts)).toContain(script);
    } else {
      expect(command).toMatch(/^ordinal install /);
      expect(await inShell(`${command} --dry-run`)).toContain('ordinal.dev');
    }
  });
});

test('links between the documents lead somewhere', async () => {
  const files = ['README.md', 'CONTRIBUTING.md', ...pages];
  for (const file of files) {
    const text = await readFile(join(root, file), 'utf8');
    for (const [, link = ''] of text.matchAll(/\]\(([^)#]+)(?:#[^)]*)?\)/g)) {
      if (link.startsWith('https://')) continue;
      const path = join(root, dirname(file), link);
      const isThere = await readdir(path).then(
        () => true,
        (error: NodeJS.ErrnoException) => error.code === 'ENOTDIR',
      );
      expect(isThere, `${file}: ${link}`).toBe(true);
    }
  }
});
