/** `npm run licences`: writes docs/licences.md, the licences of all that runs with Ordinal, from the lock file. */
import { readFile, writeFile } from 'node:fs/promises';
import { z } from 'zod';

const page = new URL('../docs/licences.md', import.meta.url);
const lockFile = z.object({
  packages: z.record(
    z.string(),
    z.object({
      version: z.string().optional(),
      license: z.string().optional(),
      dev: z.boolean().optional(),
      link: z.boolean().optional(),
    }),
  ),
});

/** Those that ask for no more than that their text is kept. */
export const permissive: ReadonlySet<string> = new Set([
  '0BSD',
  'Apache-2.0',
  'Apache-2.0 AND MIT',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'CC-BY-4.0',
  'ISC',
  'MIT',
  'PSF-2.0',
  'Unlicense',
]);

/** Packages that say it in their file LICENSE alone. */
const inTheirFile: Readonly<Record<string, string>> = { unionfs: 'Unlicense' };

/** Packages that run with Ordinal, as `name@version`, by their licence. */
export async function licences(): Promise<ReadonlyMap<string, readonly string[]>> {
  const { packages } = lockFile.parse(
    JSON.parse(await readFile(new URL('../package-lock.json', import.meta.url), 'utf8')),
  );
  const found = new Map<string, Set<string>>();
  for (const [path, { version, license, dev, link }] of Object.entries(packages)) {
    if (!path.startsWith('node_modules/') || dev === true || link === true) continue;
    const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
    const of = license ?? inTheirFile[name] ?? 'none';
    found.set(of, (found.get(of) ?? new Set()).add(`${name}@${version}`));
  }
  const byLicence = [...found].toSorted(([a], [b]) => a.localeCompare(b, 'en'));
  return new Map(byLicence.map(([licence, names]) => [licence, [...names].toSorted()]));
}

export function licencesPage(found: ReadonlyMap<string, readonly string[]>): string {
  const rows = [...found].map(([licence, names]) => `| ${licence} | ${names.length} | ${names.join(', ')} |`);
  return `# Licences

Ordinal is under the Apache License 2.0. These run with it, on one platform or another; generated from the lock file by \`npm run licences\`.

<!-- prettier-ignore-start -->

| licence | packages | |
| --- | --- | --- |
${rows.join('\n')}

<!-- prettier-ignore-end -->
`;
}

if (import.meta.main) await writeFile(page, licencesPage(await licences()));
