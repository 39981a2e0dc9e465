import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { identify, isAlive, type ProcessIdentity } from './process-identity.ts';

/** Held by another live process. */
export class LockHeldError extends Error {
  readonly path: string;
  readonly holder: ProcessIdentity;
  constructor(path: string, holder: ProcessIdentity) {
    super(`${path} is held by process ${holder.pid}`);
    this.name = 'LockHeldError';
    this.path = path;
    this.holder = holder;
  }
}

export interface Lock {
  /** Gives the lock back; does nothing when called twice. */
  release(): void;
}

/**
 * Takes the lock file at `path` for this process at once, or throws `LockHeldError`. A lock whose holder no longer
 * runs is taken over.
 */
export function acquireLock(path: string): Lock {
  mkdirSync(dirname(path), { recursive: true });
  const self = identify(process.pid);
  if (self === undefined) throw new Error('cannot read the start time of this very process');
  const mine = `${path}.${self.pid}.${Math.random().toString(36).slice(2)}`;
  writeFileSync(mine, JSON.stringify(self));
  try {
    for (let attempt = 0; attempt < 20; attempt++) {
      try {
        // A hard link appears whole or not at all, so that nobody ever reads a half-written lock.
        linkSync(mine, path);
        return releasing(path, self);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
        const holder = readHolder(path);
        if (holder !== undefined && isAlive(holder)) throw new LockHeldError(path, holder);
        if (holder !== undefined) rmSync(path, { force: true });
      }
    }
    throw new Error(`${path} changes hands all the time; remove it if nothing uses it`);
  } finally {
    rmSync(mine, { force: true });
  }
}

/** Like `acquireLock`, but waits for a live holder; `onWait` is told once whom it waits for. */
export async function waitForLock(path: string, onWait: (holder: ProcessIdentity) => void): Promise<Lock> {
  let told = false;
  for (;;) {
    try {
      return acquireLock(path);
    } catch (error) {
      if (!(error instanceof LockHeldError)) throw error;
      if (!told) onWait(error.holder);
      told = true;
      await sleep(250);
    }
  }
}

/** Who holds the lock file, dead or alive; undefined when there is no such file. */
export function readHolder(path: string): ProcessIdentity | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as ProcessIdentity;
  } catch {
    return undefined;
  }
}

function releasing(path: string, self: ProcessIdentity): Lock {
  return {
    release() {
      const holder = readHolder(path);
      if (holder?.pid === self.pid && holder.startTime === self.startTime) rmSync(path, { force: true });
    },
  };
}
