import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { nodeProgram } from '../../sandbox/processes/node-program.ts';
import { FatalError, waitUntil } from '../../sandbox/processes/wait-until.ts';
import type { Target } from './target.ts';

const ordinal = fileURLToPath(new URL('../../cli/main.ts', import.meta.url));

/** A worker in a process of its own, started as a user starts it. */
export interface WorkerProcess {
  readonly pid: number;
  /** uid of the cluster, as the worker told it. */
  readonly cluster: string;
  /** `host:port` of its pages on health and metrics. */
  readonly healthAddress: string;
  /** Everything that it has written to standard error. */
  log(): string;
  /** Resolves when the process is gone, for whatever reason. */
  readonly ended: Promise<void>;
  /** Sends a signal that does not end it. */
  signal(signal: 'SIGSTOP' | 'SIGCONT' | 'SIGUSR2'): void;
  /** Sends the signal and resolves with the exit code (null: ended by the signal) when the process is gone. */
  kill(signal: 'SIGKILL' | 'SIGTERM'): Promise<number | null>;
}

/** Another program than `ordinal`, that takes the same arguments, or what is added to its environment. */
export interface WorkerProgram {
  /** Path. */
  readonly main: string;
  readonly env: Readonly<Record<string, string>>;
}

/** Starts `ordinal worker` and resolves when it says that it serves. Throws, with its log, when it ends or takes longer than 3 min (a busy machine). */
export async function startWorker(
  target: Target,
  args: readonly string[] = ['--resource', 'apps/v1', '--no-probe'],
  { main = ordinal, env = {} }: Partial<WorkerProgram> = {},
): Promise<WorkerProcess> {
  const folder = await mkdtemp(join(dirname(target.workflowBundle), 'worker-'));
  const [outPath, logPath] = [join(folder, 'out'), join(folder, 'log')];
  const [out, err] = [openSync(outPath, 'a'), openSync(logPath, 'a')];
  const child = spawn(nodeProgram(), [main, 'worker', ...args, '--workflow-bundle', target.workflowBundle], {
    stdio: ['ignore', out, err],
    env: {
      ...process.env,
      KUBECONFIG: target.workerKubeconfig,
      TEMPORAL_ADDRESS: target.temporalAddress,
      TEMPORAL_NAMESPACE: target.temporalNamespace,
      ...env,
    },
  });
  closeSync(out);
  closeSync(err);
  const abandon = () => void child.kill('SIGKILL');
  process.once('exit', abandon);
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => {
      process.off('exit', abandon);
      resolve();
    });
  });
  const log = () => readFileSync(logPath, 'utf8');
  const { cluster, healthAddress } = await waitUntil(
    'the worker is ready',
    () => {
      if (hasEnded(child)) throw new FatalError(`the worker ended while starting:\n${log()}`);
      const line = readFileSync(outPath, 'utf8')
        .split('\n')
        .find((text) => text.startsWith('{"ready":true'));
      return line !== undefined && (JSON.parse(line) as Pick<WorkerProcess, 'cluster' | 'healthAddress'>);
    },
    { timeoutMs: 180_000 },
  ).catch(async (error: unknown) => {
    child.kill('SIGKILL');
    await ended;
    throw error;
  });
  return {
    pid: child.pid ?? 0,
    cluster,
    healthAddress,
    log,
    ended,
    signal: (signal) => void child.kill(signal),
    async kill(signal) {
      if (!hasEnded(child)) {
        child.kill(signal);
        await ended;
      }
      return child.exitCode;
    },
  };
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}
