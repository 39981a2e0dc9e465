import { readdir, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';

/** What the image may weigh without the one that it is built on. */
export const limitMB = 250;

/** Megabytes (10^6) by part of the image, the heaviest first. Parts: Ordinal itself, families of packages, single packages of more than 1 MB, the others. */
export async function sizesOf(folder: string): Promise<readonly (readonly [part: string, MB: number])[]> {
  const parts = new Map<string, number>();
  for (const path of await filesIn(folder)) {
    const { size } = await stat(join(folder, path));
    parts.set(partOf(path), (parts.get(partOf(path)) ?? 0) + size / 1e6);
  }
  const light = [...parts].filter(([, MB]) => MB <= 1);
  const heavy = [...parts].filter(([, MB]) => MB > 1).toSorted((a, b) => b[1] - a[1]);
  return [...heavy, [`${light.length} others`, light.reduce((sum, [, MB]) => sum + MB, 0)]];
}

/** Paths of all files, relative to the folder, with `/`; links are not followed. */
export async function filesIn(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll(sep, '/'));
}

function partOf(path: string): string {
  const [top = '', name = ''] = path.split('/');
  return top === 'node_modules' ? name : 'ordinal';
}
