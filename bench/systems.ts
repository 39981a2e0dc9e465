import type { BuiltInLimits } from '../sandbox/control-plane.ts';
import { builtInDefaults, type Sandbox } from '../sandbox/sandbox.ts';
import { startWorker } from './worker-process.ts';

/** A controller of sets that runs: none for direct calls. */
export interface Running {
  readonly pid?: number;
  /** At once, as a crash is. */
  kill(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * What is compared: Kubernetes' own controller as it is shipped, the same with its client limits raised, the same again when it speaks JSON with
 * the API server instead of protobuf, as Ordinal does, Ordinal, and a loop that makes the same calls and waits for the same pods.
 */
export type SystemName = 'default' | 'raised' | 'raised-json' | 'ordinal' | 'direct';
export const systemNames: readonly SystemName[] = ['default', 'raised', 'raised-json', 'ordinal', 'direct'];
/** Those that are run where none are named. */
export const usualSystems: readonly SystemName[] = systemNames.filter((name) => name !== 'raised-json');

const raised: BuiltInLimits = { qps: 5_000, burst: 5_000, workers: 20 };

export interface Systems {
  start(name: SystemName): Promise<Running>;
}

/** `bundle` is the path of the workflow bundle. */
export function systemsOn(sandbox: Sandbox, bundle: string): Systems {
  const builtIn = async (limits: BuiltInLimits): Promise<Running> => {
    await sandbox.builtIn.start(limits);
    const stop = () => sandbox.builtIn.stop();
    return { ...(sandbox.pids['built-in'] !== undefined && { pid: sandbox.pids['built-in'] }), kill: stop, stop };
  };
  return {
    async start(name) {
      switch (name) {
        case 'default':
          return builtIn(builtInDefaults);
        case 'raised':
          return builtIn(raised);
        case 'raised-json':
          return builtIn({ ...raised, contentType: 'application/json' });
        case 'direct':
          return { kill: () => Promise.resolve(), stop: () => Promise.resolve() };
        case 'ordinal': {
          const worker = await startWorker(sandbox, ['--workflow-bundle', bundle]);
          return {
            pid: worker.pid,
            kill: () => {
              worker.kill('SIGKILL');
              return worker.ended;
            },
            stop: () => worker.stop(),
          };
        }
      }
    },
  };
}
