import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { licences, licencesPage, permissive } from './licences.ts';

it('all that runs with Ordinal has a licence that anybody can live with', async () => {
  const found = await licences();
  expect([...found.keys()].filter((licence) => !permissive.has(licence))).toEqual([]);
  expect([...found.values()].flat().length).toBeGreaterThan(100);
});

it('docs/licences.md is what the lock file says (npm run licences)', async () => {
  const page = await readFile(new URL('../docs/licences.md', import.meta.url), 'utf8');
  expect(page).toBe(licencesPage(await licences()));
});

it('npm run sbom prints a bill of materials that names what runs, and nothing else', { timeout: 60_000 }, async () => {
  const cwd = fileURLToPath(new URL('..', import.meta.url));
  const { stdout } = await promisify(execFile)('npm', ['run', '--silent', 'sbom'], { cwd, maxBuffer: 2 ** 26 });
  const { bomFormat, components } = JSON.parse(stdout) as {
    readonly bomFormat: string;
    readonly components: readonly { readonly name: string }[];
  };
  expect(bomFormat).toBe('CycloneDX');
  const names = components.map(({ name }) => name);
  expect(names).toContain('@temporalio/worker');
  expect(names).not.toContain('vitest');
});
