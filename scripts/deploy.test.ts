import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { deployFiles } from './deploy/files.ts';

const folder = fileURLToPath(new URL('../deploy/', import.meta.url));
const files = deployFiles();

test.each([...files])('deploy/%s is what the code defines: else npm run deploy-files', async (path, text) => {
  expect(await readFile(folder + path, 'utf8')).toBe(text);
});

test.each(['helm', 'kustomize'])('deploy/%s has no other files', async (part) => {
  const found = await readdir(folder + part, { recursive: true, withFileTypes: true });
  const names = found.filter((entry) => entry.isFile()).map((entry) => `${entry.parentPath}/${entry.name}`);
  const made = [...files.keys()].filter((path) => path.startsWith(`${part}/`)).map((path) => folder + path);
  expect(names.toSorted()).toEqual(made.toSorted());
});
