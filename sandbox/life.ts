import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { writeInstance, type Instance } from './processes/instance.ts';
import { nodeProgram } from './processes/node-program.ts';
import { identify, type ProcessIdentity } from './processes/process-identity.ts';

/** What is recorded of a running instance, and the guardian that acts on it when this process is gone. */
export interface Life {
  instance(): Instance;
  update(change: Partial<Instance>): void;
  readonly record: (name: string, identity: ProcessIdentity) => void;
  /** Tells the guardian that all is done. */
  end(): void;
}

/** Writes the instance down and starts its guardian. */
export function beginLife(first: Instance): Life {
  let instance = first;
  writeInstance(instance);
  const script = fileURLToPath(new URL('processes/guardian.ts', import.meta.url));
  const guardian = spawn(nodeProgram(), [script, first.dir], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  guardian.on('error', () => undefined);
  guardian.stdin.on('error', () => undefined);
  guardian.unref();
  (guardian.stdin as unknown as { unref(): void }).unref();
  const update = (change: Partial<Instance>) => {
    instance = { ...instance, ...change };
    writeInstance(instance);
  };
  const identity = guardian.pid === undefined ? undefined : identify(guardian.pid);
  if (identity !== undefined) update({ guardian: identity });
  return {
    instance: () => instance,
    update,
    record: (name, process) => update({ processes: { ...instance.processes, [name]: process } }),
    end: () => void guardian.stdin.end('done\n'),
  };
}
