import { manageProcess, type ProcessSpec } from '../../../sandbox/processes/managed-process.ts';

/** A server that a test may kill and start again, on the same ports and data. It ends with the test's process, if not before. */
export interface Server {
  /** 0 while it does not run. */
  readonly pid: () => number;
  /** Resolves when it is gone. */
  readonly kill: (signal: 'SIGKILL' | 'SIGINT' | 'SIGTERM') => Promise<void>;
  /** Resolves when it serves. */
  readonly restart: () => Promise<void>;
}

/** Resolves when the server serves; throws, with the end of its log, when it ends before. */
export async function startServer(spec: ProcessSpec): Promise<Server> {
  const managed = manageProcess(
    () => spec,
    () => undefined,
  );
  process.once('exit', () => {
    if (managed.pid !== undefined) process.kill(managed.pid, 'SIGKILL');
  });
  managed.start();
  try {
    await managed.ready();
  } catch (error) {
    await managed.kill('SIGKILL');
    throw error;
  }
  return {
    pid: () => managed.pid ?? 0,
    kill: (signal) => managed.kill(signal),
    restart: () => managed.restart(),
  };
}
