import { expect, test } from 'vitest';
import { recordedConsole } from '../console.fixture.ts';
import { createProgram } from '../program.ts';
import { candidates, type KnownNames } from './complete.ts';

const program = createProgram(recordedConsole(), () => undefined);
const names: KnownNames = {
  namespaces: async () => ['default', 'shop'],
  contexts: async () => ['kind', 'production'],
  sets: async (namespace) => (namespace === 'shop' ? ['sts/cart'] : ['sts/db', 'osts/db', 'osts/web', 'sts/worker']),
};
const no: KnownNames = {
  namespaces: () => Promise.reject(new Error('no cluster')),
  contexts: () => Promise.reject(new Error('no kubeconfig')),
  sets: () => Promise.reject(new Error('no cluster')),
};
/** What is typed, up to the cursor. */
const at = async (line: string, known = names) => (await candidates(program, line.split(' '), known)).words;

test.each<readonly [string, readonly string[]]>([
  ['pa', ['pause']],
  ['re', ['restart', 'resume', 'retry', 'replay']],
  ['-n shop un', ['undo', 'uninstall']],
  ['get ', ['db', 'web', 'worker']],
  ['get w', ['web', 'worker']],
  ['get sts/', ['sts/db', 'sts/worker']],
  ['get osts/w', ['osts/web']],
  ['get statefulset.ordinal.dev/w', ['statefulset.ordinal.dev/web']],
  ['get -n shop ', ['cart']],
  ['-n shop get ', ['cart']],
  ['get --namespace=shop ', ['cart']],
  ['get web ', []],
  ['get -n s', ['shop']],
  ['get --context p', ['production']],
  ['get web -o ', ['json', 'yaml', 'name', 'wide']],
  ['get web --out', ['--output']],
  ['get web --wa', ['--watch']],
  ['set ', ['image']],
  ['set image w', ['web', 'worker']],
  ['set image web ', []],
  ['completion ', ['bash', 'zsh', 'fish']],
  [
    'ls -',
    [
      '--output',
      '-o',
      '--all-namespaces',
      '-A',
      '--watch',
      '-w',
      '--namespace',
      '-n',
      '--context',
      '--kubeconfig',
      '--payload-keys',
      '--no-color',
    ],
  ],
  ['nonsense ', []],
])('%s|', async (line, expected) => {
  expect(await at(line)).toEqual(expected);
});

test("files are the shell's to complete, where a file is wanted", async () => {
  for (const line of ['apply -f ', 'get --kubeconfig ', 'worker --workflow-bundle ./d'])
    expect(await candidates(program, line.split(' '), names)).toEqual({ words: [], directive: 0 });
});

test('without a cluster there is nothing to offer but the words of the program', async () => {
  for (const line of ['get ', 'get -n ', 'get --context ']) expect(await at(line, no)).toEqual([]);
  expect(await at('stat', no)).toEqual(['status']);
});
