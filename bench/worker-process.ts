import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Sandbox } from '../sandbox/sandbox.ts';
import { residentMiB } from './usage.ts';

/** A worker of ours in a process of its own. */
export interface WorkerProcess {
  readonly pid: number;
  /** Resident memory, in MiB. */
  residentMiB(): number;
  kill(signal: NodeJS.Signals): void;
  readonly ended: Promise<void>;
  /** Tells it to stop and waits until it has. */
  stop(): Promise<void>;
}

/** Starts `ordinal worker`, or another program that takes its arguments, on a sandbox and resolves when it serves. Rejects with its last words when it ends before. */
export async function startWorker(
  sandbox: Sandbox,
  flags: readonly string[] = [],
  main = fileURLToPath(new URL('../cli/main.ts', import.meta.url)),
): Promise<WorkerProcess> {
  const child = spawn(
    process.execPath,
    [main, 'worker', '--resource', 'apps/v1', '--no-probe', '--log-level', 'warn', ...flags],
    {
      env: { ...process.env, KUBECONFIG: sandbox.kubeconfig, TEMPORAL_ADDRESS: sandbox.temporalAddress },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  await ready(child);
  const pid = child.pid ?? 0;
  return {
    pid,
    residentMiB: () => residentMiB(pid),
    ended,
    kill: (signal) => void child.kill(signal),
    async stop() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

async function ready(child: ChildProcess): Promise<void> {
  const words: string[] = [];
  if (child.stdout === null || child.stderr === null) throw new Error('the worker has no output to read');
  createInterface({ input: child.stderr }).on('line', (line) => words.push(line));
  const lines = createInterface({ input: child.stdout });
  await new Promise<void>((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`the worker ended with ${code}:\n${words.slice(-20).join('\n')}`)));
    lines.once('line', () => resolve());
  });
}
