import { readFile } from 'node:fs/promises';
import type { AuditEvent, Log, WatchEvent } from './objects.ts';

/** Reads both files: JSON lines. Throws on a line that is no JSON, with its number; a last line without an end is still being written and left out. */
export async function readLog(paths: { readonly watchLog: string; readonly auditLog: string }): Promise<Log> {
  const [watch, audit] = await Promise.all([
    readLines<WatchEvent>(paths.watchLog),
    readLines<AuditEvent>(paths.auditLog),
  ]);
  return { watch, audit };
}

async function readLines<T>(path: string): Promise<readonly T[]> {
  const lines = (await readFile(path, 'utf8')).split('\n').slice(0, -1);
  return lines.flatMap((line, index) => {
    if (line.trim() === '') return [];
    try {
      return [JSON.parse(line) as T];
    } catch (cause) {
      throw new Error(`${path}:${index + 1} is not JSON`, { cause });
    }
  });
}
