import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, mkdir, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const programs = { server: 'temporal-server', sql: 'temporal-sql-tool' } as const;
const packages = { server: 'cmd/server', sql: 'cmd/tools/sql' } as const;

/**
 * Folder with `temporal-server` and `temporal-sql-tool` of this version, as the images have them. Built once (many minutes), into the
 * user's cache; Go's checksum database vouches for what is built.
 */
export async function temporalPrograms(version: string): Promise<string> {
  const cache = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
  const folder = join(cache, 'ordinal', `temporal-server-${version}`);
  await mkdir(folder, { recursive: true });
  for (const part of ['server', 'sql'] as const) {
    if (existsSync(join(folder, programs[part]))) continue;
    const building = await mkdtemp(join(folder, 'building-'));
    const env = { ...process.env, CGO_ENABLED: '0', GOBIN: building };
    const path = `go.temporal.io/server/${packages[part]}@v${version}`;
    await promisify(execFile)('go', ['install', '-trimpath', '-ldflags=-s -w', path], { env });
    await rename(join(building, packages[part].split('/').at(-1) ?? ''), join(folder, programs[part]));
    await rm(building, { recursive: true });
  }
  return folder;
}
