/** `npm run conditions`: writes the table of reasons in docs/conditions.md from what `ordinal explain` advises. */
import { readFile, writeFile } from 'node:fs/promises';
import { remedies } from '../client/remedies.ts';

const path = new URL('../docs/conditions.md', import.meta.url);
const heading = '| reason | what helps |';

/** The page with its table as it should be. */
export function withReasons(page: string): string {
  const rows = Object.entries(remedies).map(
    ([reason, remedy]) => `| \`${reason}\` | ${remedy.replaceAll('<', '\\<')} |`,
  );
  const [before = ''] = page.split(heading);
  return `${before}${heading}\n| --- | --- |\n${rows.join('\n')}\n\n<!-- prettier-ignore-end -->\n`;
}

if (import.meta.main) await writeFile(path, withReasons(await readFile(path, 'utf8')));
