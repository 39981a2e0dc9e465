import { createHash } from 'node:crypto';
import { createReadStream, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';

/** What was built, by file name. */
export type Manifest = Readonly<Record<string, ManifestEntry>>;

interface ManifestEntry {
  readonly sha256: string;
  readonly size: number;
  /** Milliseconds since 1970: while size and time are as recorded, the content is not hashed again. */
  readonly modified: number;
}

const fileName = 'manifest.json';

/** The manifest of a folder, or undefined when it has none. */
export function readManifest(folder: string): Manifest | undefined {
  try {
    return JSON.parse(readFileSync(join(folder, fileName), 'utf8')) as Manifest;
  } catch {
    return undefined;
  }
}

/** Hashes `names` in `folder` and writes them down there. */
export async function writeManifest(folder: string, names: readonly string[]): Promise<void> {
  const entries = await Promise.all(names.map(async (name) => [name, await describe(join(folder, name))] as const));
  writeFileSync(join(folder, fileName), `${JSON.stringify(Object.fromEntries(entries), undefined, 2)}\n`);
}

/** Names of files that are no longer what was recorded. */
export async function verifyManifest(folder: string, manifest: Manifest): Promise<readonly string[]> {
  const checks = Object.entries(manifest).map(async ([name, entry]) => {
    try {
      const { size, mtimeMs } = statSync(join(folder, name));
      if (size !== entry.size) return name;
      if (Math.floor(mtimeMs) === entry.modified) return undefined;
      return (await sha256(join(folder, name))) === entry.sha256 ? undefined : name;
    } catch {
      return name;
    }
  });
  return (await Promise.all(checks)).filter((name) => name !== undefined);
}

async function describe(path: string): Promise<ManifestEntry> {
  const { size, mtimeMs } = statSync(path);
  return { sha256: await sha256(path), size, modified: Math.floor(mtimeMs) };
}

async function sha256(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash);
  return hash.digest('hex');
}
