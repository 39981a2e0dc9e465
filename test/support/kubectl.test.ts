import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { kubectlIn } from './kubectl.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ordinal-kubectl-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** A kubectl that does what a shell script says. */
async function kubectlThat(script: string) {
  const kubectl = join(folder, 'kubectl');
  await writeFile(kubectl, `#!/bin/sh\n${script}\n`);
  await chmod(kubectl, 0o755);
  return kubectlIn({ kubeconfig: join(folder, 'kubeconfig'), kubectl }, 'default');
}

// More than a pipe holds: it is still being written when kubectl ends.
const manifest = 'x'.repeat(2 ** 20);

test('a kubectl that ends before it has read its input fails with what it said', async () => {
  const kubectl = await kubectlThat('echo refused >&2; exit 1');
  await expect(kubectl(['apply', '-f', '-'], manifest)).rejects.toThrow('kubectl apply -f -: refused');
});

test('the whole input reaches kubectl', async () => {
  const kubectl = await kubectlThat('wc -c');
  expect(await kubectl(['apply', '-f', '-'], manifest)).toBe(String(manifest.length));
});
