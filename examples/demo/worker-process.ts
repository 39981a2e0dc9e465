import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { nodeProgram } from '../../sandbox/processes/node-program.ts';
import type { Sandbox } from '../../sandbox/sandbox.ts';

const main = fileURLToPath(new URL('../../cli/main.ts', import.meta.url));
const leash = new URL('leash.ts', import.meta.url).href;

/** `ordinal worker` in a process of its own. */
export interface WorkerProcess {
  readonly pid: number;
  /** Its last lines. */
  log(): string;
  /** Sends the signal and resolves when the process is gone. */
  end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void>;
}

/** Starts a worker and resolves when it serves. Rejects with its last words when it ends before. */
export async function startWorker({ kubeconfig, temporalAddress }: Sandbox): Promise<WorkerProcess> {
  const args = ['--import', leash, main, 'worker', '--resource', 'apps/v1', '--no-probe', '--log-level', 'warn'];
  const child = spawn(nodeProgram(), args, {
    // Of its own process group: a Ctrl-C is for the demo, which stops its workers in order.
    detached: true,
    stdio: 'pipe',
    env: { ...process.env, KUBECONFIG: kubeconfig, TEMPORAL_ADDRESS: temporalAddress },
  });
  const gone = once(child, 'exit');
  child.stdin.on('error', () => undefined);
  const words: string[] = [];
  createInterface({ input: child.stderr }).on('line', (line) => words.push(line));
  const lines = createInterface({ input: child.stdout });
  const log = () => words.slice(-20).join('\n');
  const ended = gone.then(() => Promise.reject(new Error(`the worker ended while starting:\n${log()}`)));
  await Promise.race([once(lines, 'line'), ended]);
  ended.catch(() => undefined);
  return {
    pid: child.pid ?? 0,
    log,
    async end(signal) {
      if (child.exitCode === null && child.signalCode === null) child.kill(signal);
      await gone;
    },
  };
}
