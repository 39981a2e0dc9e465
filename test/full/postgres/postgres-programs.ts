import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const versions = '/usr/lib/postgresql';

/** Folder with the programs of Debian's newest PostgreSQL; undefined where none is installed. */
export function postgresPrograms(): string | undefined {
  if (!existsSync(versions)) return undefined;
  const [newest = ''] = readdirSync(versions).toSorted((a, b) => Number(b) - Number(a));
  const folder = join(versions, newest, 'bin');
  return existsSync(join(folder, 'initdb')) ? folder : undefined;
}
