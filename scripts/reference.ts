/**
 * `npm run reference`: writes docs/reference from the doc comments of what the package exports. With `--check` it writes nothing, and fails
 * when the pages are not as they would be written.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const pages = join(root, 'docs/reference');
const folder = mkdtempSync(join(tmpdir(), 'ordinal-reference-'));

try {
  const typedoc = join(root, 'scripts/reference/node_modules/.bin/typedoc');
  const options = ['--options', join(root, 'scripts/reference/typedoc.json'), '--logLevel', 'Warn', '--out', folder];
  execFileSync(typedoc, options, { cwd: join(root, 'scripts/reference'), stdio: 'inherit' });
  if (process.argv.includes('--check')) check();
  else {
    rmSync(pages, { recursive: true, force: true });
    cpSync(folder, pages, { recursive: true });
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function check(): void {
  const [wanted, there] = [textsIn(folder), textsIn(pages)];
  const stale = [...new Set([...wanted.keys(), ...there.keys()])].filter(
    (name) => wanted.get(name) !== there.get(name),
  );
  if (stale.length === 0) return;
  process.stderr.write(`docs/reference is not what the doc comments say: ${stale.join(', ')}; npm run reference\n`);
  process.exitCode = 1;
}

function textsIn(path: string): ReadonlyMap<string, string> {
  const files = readdirSync(path, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return new Map(files.map(({ parentPath, name }) => [name, readFileSync(join(parentPath, name), 'utf8')]));
}
