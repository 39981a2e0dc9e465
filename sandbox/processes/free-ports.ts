import { mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** For so long a port that was given to somebody is not given to another, in ms: time enough for a server to bind it. */
const reservedMs = 120_000;

/**
 * `count` distinct TCP ports that are free on 127.0.0.1 right now; `preferred` ones are taken first if they are free.
 * They lie below the range that the kernel hands to outgoing connections, which would otherwise steal one between
 * this look and the server's start; and nobody else who asks here is given them in the next two minutes.
 */
export async function findFreePorts(count: number, preferred: readonly number[] = []): Promise<readonly number[]> {
  const found: number[] = [];
  for (const port of preferred) {
    if (found.length < count && (await isFree(port))) found.push(port);
  }
  for (let attempt = 0; found.length < count; attempt++) {
    if (attempt > 1000) throw new Error('found no free port between 20000 and 32000 on 127.0.0.1');
    const port = 20_000 + Math.floor(Math.random() * 12_000);
    if (!found.includes(port) && (await isFree(port)) && reserve(port)) found.push(port);
  }
  return found;
}

/** Whether a server could listen on this port of 127.0.0.1 now. */
export function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/** Whether nobody has been given the port lately; from now on we have. */
function reserve(port: number): boolean {
  const folder = join(tmpdir(), `ordinal-ports-${process.getuid?.() ?? 0}`);
  const path = join(folder, String(port));
  mkdirSync(folder, { recursive: true });
  try {
    if (Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Infinity) > reservedMs)
      rmSync(path, { force: true });
    writeFileSync(path, '', { flag: 'wx' });
    return true;
  } catch {
    return false;
  }
}
