import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../..', import.meta.url));

/** The package in a project that has nothing else. */
export interface InstalledPackage {
  readonly folder: string;
  /** Of the archive, in bytes. */
  readonly size: number;
  /** Path of a command that the package brings. */
  readonly bin: (name: 'ordinal' | 'kubectl-ordinal' | 'kubectl_complete-ordinal') => string;
}

/** What a user does: packs the package (which builds it), and installs it into a project in this empty folder. */
export async function installPackage(folder: string): Promise<InstalledPackage> {
  const { stdout } = await run('npm', ['pack', '--json', '--pack-destination', folder], { cwd: root });
  const [packed] = JSON.parse(stdout.slice(stdout.indexOf('['))) as readonly { filename: string; size: number }[];
  if (packed === undefined) throw new Error(`npm pack tells of no archive: ${stdout}`);
  await writeFile(join(folder, 'package.json'), JSON.stringify({ name: 'elsewhere', type: 'module', private: true }));
  await run('npm', ['install', '--no-audit', '--no-fund', join(folder, packed.filename)], { cwd: folder });
  return { folder, size: packed.size, bin: (name) => join(folder, 'node_modules', '.bin', name) };
}
