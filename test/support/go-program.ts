import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/**
 * Path of a program of a Go module, for example `helm.sh/helm/v4/cmd/helm` of `v4.3.1`. Built once (some minutes) into `folder` of the user's
 * cache, under its own name unless `as` gives another; Go's checksum database vouches for what is built.
 */
export async function goProgram(folder: string, path: string, version: string, as?: string): Promise<string> {
  const place = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'ordinal', folder);
  const built = path.split('/').at(-1) ?? '';
  const program = join(place, as ?? built);
  if (existsSync(program)) return program;
  await mkdir(place, { recursive: true });
  const building = await mkdtemp(join(place, 'building-'));
  const env = { ...process.env, CGO_ENABLED: '0', GOBIN: building };
  await promisify(execFile)('go', ['install', '-trimpath', '-ldflags=-s -w', `${path}@${version}`], { env });
  await rename(join(building, built), program);
  await rm(building, { recursive: true });
  return program;
}
