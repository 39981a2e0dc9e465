import { mkdirSync, readFileSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ProcessIdentity } from './process-identity.ts';

type Phase = 'starting' | 'ready' | 'stopping' | 'stopped' | 'failed';

/** What is known on disk of one sandbox: enough to use it, and to end every process of it without its owner. */
export interface Instance {
  readonly name: string;
  readonly dir: string;
  readonly phase: Phase;
  /** Why the phase is `failed`. */
  readonly failure?: string;
  readonly startedAt: string;
  /** The process that started it, and with which it ends. */
  readonly owner: ProcessIdentity;
  readonly guardian?: ProcessIdentity;
  readonly processes: Readonly<Record<string, ProcessIdentity>>;
  readonly ports: Readonly<Record<string, number>>;
  readonly nodes: number;
  readonly kubeconfig: string;
  readonly kubectl: string;
  readonly apiServerUrl: string;
  readonly temporalAddress: string;
  readonly temporalUiUrl: string;
  readonly auditLog: string;
}

const fileName = 'instance.json';

/** The instance whose folder is `dir`, or undefined when there is none. */
export function readInstance(dir: string): Instance | undefined {
  try {
    return JSON.parse(readFileSync(join(dir, fileName), 'utf8')) as Instance;
  } catch {
    return undefined;
  }
}

/** Replaces the file in one step: a reader sees the old content or the new one. */
export function writeInstance(instance: Instance): void {
  mkdirSync(instance.dir, { recursive: true });
  const path = join(instance.dir, fileName);
  const next = `${path}.${process.pid}.tmp`;
  writeFileSync(next, `${JSON.stringify(instance, undefined, 2)}\n`);
  renameSync(next, path);
}

/** All instances under `stateRoot`, by name. */
export function listInstances(stateRoot: string): readonly Instance[] {
  try {
    return readdirSync(stateRoot, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => readInstance(join(stateRoot, entry.name)))
      .filter((instance) => instance !== undefined)
      .sort((a, b) => a.name.localeCompare(b.name));
  } catch {
    return [];
  }
}
