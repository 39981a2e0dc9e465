/**
 * `npm run deploy-files`: writes everything under `deploy/` from the objects that `ordinal install` applies. The same files, as text, are
 * what `scripts/deploy.test.ts` compares with those of the repository.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { deployFiles } from './deploy/files.ts';

for (const [path, text] of deployFiles()) {
  const file = fileURLToPath(new URL(`../deploy/${path}`, import.meta.url));
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
  process.stdout.write(`deploy/${path}\n`);
}
