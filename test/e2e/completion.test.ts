import { execFile } from 'node:child_process';
import { chmod, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { nodeProgram } from '../../sandbox/processes/node-program.ts';
import { aSet } from '../support/a-set.ts';
import { Scene } from '../support/scene.ts';

const main = fileURLToPath(new URL('../../cli/main.ts', import.meta.url));

let folder: string;
let scene: Scene;
let inBash: (script: string) => Promise<string>;

beforeAll(async () => {
  const target = inject('target');
  folder = await mkdtemp(join(tmpdir(), 'ordinal-completion-'));
  await symlink(target.kubectl, join(folder, 'kubectl'));
  const programs = { ordinal: main, 'kubectl-ordinal': main, 'kubectl_complete-ordinal': `${main} __complete` };
  for (const [name, runs] of Object.entries(programs)) {
    await writeFile(join(folder, name), `#!/bin/sh\nexec ${nodeProgram()} ${runs} "$@"\n`);
    await chmod(join(folder, name), 0o755);
  }
  const env = {
    ...process.env,
    PATH: `${folder}:${dirname(nodeProgram())}:${process.env['PATH']}`,
    KUBECONFIG: target.kubeconfig,
  };
  inBash = async (script) => (await promisify(execFile)('bash', ['-c', script], { env })).stdout;
  scene = await Scene.open(target, 'completion');
  await scene.apply([aSet('cart', {}, 'nginx:1', { replicas: 1 }), aSet('cashier', {}, 'nginx:1', { replicas: 1 })]);
});

afterAll(async () => {
  await scene?.close();
  await rm(folder, { recursive: true, force: true });
});

test('bash completes verbs, names and flags', async () => {
  const completed = async (line: string) => {
    const words = line.split(' ').map((word) => `'${word}'`);
    const script = [
      'source <(ordinal completion bash)',
      `COMP_WORDS=(ordinal ${words.join(' ')})`,
      `COMP_CWORD=${words.length}`,
      '_ordinal 2>/dev/null',
      'printf "%s\\n" "${COMPREPLY[@]}"',
    ];
    return (await inBash(script.join('\n'))).trim().split('\n');
  };
  expect(await completed('stat')).toEqual(['status']);
  expect(await completed(`-n ${scene.namespace} get ca`)).toEqual(['cart', 'cashier']);
  expect(await completed(`get -n ${scene.namespace} sts/car`)).toEqual(['sts/cart']);
  expect(await completed(`get -n ${scene.namespace.slice(0, -1)}`)).toContain(scene.namespace);
  expect(await completed('get cart -o w')).toEqual(['wide']);
});

test('kubectl completes what comes after its own name for the program', async () => {
  const answer = await inBash(`kubectl __complete ordinal get -n ${scene.namespace} ca 2>/dev/null`);
  expect(answer.trim().split('\n')).toEqual(['cart', 'cashier', ':4']);
});
