import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

export interface Block {
  /** Path of the page, from the root of the project. */
  readonly file: string;
  /** What stands behind the three back-quotes: `sh`, `sh run`, ... */
  readonly info: string;
  readonly text: string;
}

/** The blocks of code of a page that say what they are, in their order. */
export async function blocksOf(file: string): Promise<readonly Block[]> {
  const text = await readFile(join(root, file), 'utf8');
  return [...text.matchAll(/^```(\S[^\n]*)\n([\s\S]*?)^```$/gm)].map(([, info = '', body = '']) => ({
    file,
    info: info.trim(),
    text: body,
  }));
}
