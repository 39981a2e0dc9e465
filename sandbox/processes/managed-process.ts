import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { identify, isAlive, signalProcess, type ProcessIdentity } from './process-identity.ts';
import { FatalError, waitUntil } from './wait-until.ts';

/** How to run one process and how to know that it serves. */
export interface ProcessSpec {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly logFile: string;
  /** Asked again and again until true. */
  readonly isReady: () => Promise<boolean>;
  readonly readyTimeoutMs?: number;
}

/** One process of a sandbox, for fault tests: same ports and data over every restart. */
export interface ManagedProcess {
  readonly name: string;
  /** Undefined while it does not run. */
  readonly pid: number | undefined;
  readonly logFile: string;
  /** Sends `signal` (default SIGKILL). For SIGKILL, SIGTERM and SIGINT it resolves when the process is gone. */
  kill(signal?: NodeJS.Signals): Promise<void>;
  /** Ends it if it still runs, starts it again and resolves when it serves. */
  restart(): Promise<void>;
}

/** Also for the owner: the first start, and the wait apart from it. */
export interface OwnedProcess extends ManagedProcess {
  start(): void;
  ready(): Promise<void>;
}

const endingSignals: ReadonlySet<NodeJS.Signals> = new Set(['SIGKILL', 'SIGTERM', 'SIGINT']);

/** Before a process that ended by itself is started again, in ms: one that cannot run does not take the machine. */
const reviveAfterMs = 250;

/**
 * `specFor` is called at every start; `record` is told each new identity at once, before anything else can go wrong. One that
 * ends without `kill` is started again as long as `revives` says so, as a kubelet does with the pods of a control plane.
 */
export function manageProcess(
  specFor: () => ProcessSpec,
  record: (name: string, identity: ProcessIdentity) => void,
  revives: () => boolean = () => false,
): OwnedProcess {
  let spec = specFor();
  let killed = false;
  let child: ChildProcess | undefined;
  let identity: ProcessIdentity | undefined;
  let spawnError: Error | undefined;

  const alive = () =>
    identity !== undefined && child?.exitCode === null && child.signalCode === null && isAlive(identity);

  const owned: OwnedProcess = {
    name: spec.name,
    logFile: spec.logFile,
    get pid() {
      return alive() ? identity?.pid : undefined;
    },
    start() {
      spec = specFor();
      spawnError = undefined;
      killed = false;
      mkdirSync(dirname(spec.logFile), { recursive: true });
      const log = openSync(spec.logFile, 'a');
      // Its own session: Ctrl-C in a terminal reaches the owner, which then ends things in order.
      child = spawn(spec.command, spec.args, {
        detached: true,
        stdio: ['ignore', log, log],
        env: { ...process.env, ...spec.env },
      });
      closeSync(log);
      child.on('error', (error) => (spawnError = error));
      child.on('exit', () => {
        const revive = () => {
          if (!killed && !alive() && revives()) owned.start();
        };
        setTimeout(revive, reviveAfterMs).unref();
      });
      child.unref();
      identity = child.pid === undefined ? undefined : identify(child.pid);
      if (identity !== undefined) record(spec.name, identity);
    },
    async ready() {
      await waitUntil(
        `${spec.name} is ready (its log: ${spec.logFile})`,
        async () => {
          if (spawnError !== undefined) throw new FatalError(`${spec.name} cannot be started: ${spawnError.message}`);
          if (!alive())
            throw new FatalError(
              `${spec.name} ended while starting; ${spec.logFile} ends with:\n${tail(spec.logFile)}`,
            );
          return spec.isReady();
        },
        { timeoutMs: spec.readyTimeoutMs ?? 60_000 },
      );
    },
    async kill(signal = 'SIGKILL') {
      if (endingSignals.has(signal)) killed = true;
      const target = identity;
      if (target === undefined || !signalProcess(target, signal)) return;
      if (!endingSignals.has(signal)) return;
      await waitUntil(`${spec.name} ends on ${signal}`, () => !isAlive(target), { everyMs: 5 });
    },
    async restart() {
      await owned.kill('SIGKILL');
      owned.start();
      await owned.ready();
    },
  };
  return owned;
}

function tail(path: string): string {
  try {
    return readFileSync(path, 'utf8').trimEnd().split('\n').slice(-8).join('\n');
  } catch {
    return '(no log)';
  }
}
