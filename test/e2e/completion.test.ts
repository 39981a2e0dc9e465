import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { aSet } from '../support/a-set.ts';
import { Scene } from '../support/scene.ts';
import { openUserShell, type UserShell } from '../support/user-shell.ts';

let shell: UserShell;
let scene: Scene;

beforeAll(async () => {
  const target = inject('target');
  shell = await openUserShell(target);
  scene = await Scene.open(target, 'completion');
  await scene.apply([aSet('cart', {}, 'nginx:1', { replicas: 1 }), aSet('cashier', {}, 'nginx:1', { replicas: 1 })]);
});

afterAll(async () => {
  await scene?.close();
  await shell?.close();
});

test('bash completes verbs, names and flags', async () => {
  const completed = async (line: string) => {
    const words = line.split(' ').map((word) => `'${word}'`);
    const script = [
      'source <(ordinal completion bash)',
      `COMP_WORDS=(ordinal ${words.join(' ')})`,
      `COMP_CWORD=${words.length}`,
      // Outside of a completion there are no options of one to set.
      '_ordinal 2>/dev/null || true',
      'printf "%s\\n" "${COMPREPLY[@]}"',
    ];
    return (await shell.run(script.join('\n'))).trim().split('\n');
  };
  expect(await completed('stat')).toEqual(['status']);
  expect(await completed(`-n ${scene.namespace} get ca`)).toEqual(['cart', 'cashier']);
  expect(await completed(`get -n ${scene.namespace} sts/car`)).toEqual(['sts/cart']);
  expect(await completed(`get -n ${scene.namespace.slice(0, -1)}`)).toContain(scene.namespace);
  expect(await completed('get cart -o w')).toEqual(['wide']);
});

test('kubectl completes what comes after its own name for the program', async () => {
  const answer = await shell.run(`kubectl __complete ordinal get -n ${scene.namespace} ca 2>/dev/null`);
  expect(answer.trim().split('\n')).toEqual(['cart', 'cashier', ':4']);
});
