import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Scan, scan } from './citations.ts';
import { type Item, itemsOf } from './notes.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folders = ['model', 'kube', 'activities', 'workflows', 'worker', 'client', 'cli', 'test'];

export const pagePath = join(root, 'docs/conformance.md');

export async function projectItems(): Promise<readonly Item[]> {
  return itemsOf(await readFile(join(root, 'docs/conformance-notes.yaml'), 'utf8'));
}

/** All tests of the project, in the order of their paths. */
export async function projectScan(): Promise<Scan> {
  const names = await Promise.all(folders.map(async (folder) => testsIn(folder)));
  const scans = await Promise.all(
    names.flat().map(async (file) => scan(file, await readFile(join(root, file), 'utf8'))),
  );
  return {
    citations: scans.flatMap(({ citations }) => citations),
    overlooked: scans.flatMap(({ overlooked }) => overlooked),
  };
}

async function testsIn(folder: string): Promise<readonly string[]> {
  const names = await readdir(join(root, folder), { recursive: true });
  return names
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => `${folder}/${name}`)
    .toSorted();
}
