import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { withReasons } from './conditions.ts';

it('docs/conditions.md lists every reason for which a set waits (npm run conditions)', async () => {
  const page = await readFile(new URL('../docs/conditions.md', import.meta.url), 'utf8');
  expect(withReasons(page)).toBe(page);
});
