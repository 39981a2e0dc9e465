import { execFile } from 'node:child_process';
import { chmod, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { nodeProgram } from '../../sandbox/processes/node-program.ts';
import type { Target } from './target.ts';

const main = fileURLToPath(new URL('../../cli/main.ts', import.meta.url));

/** A terminal of somebody who has installed Ordinal, with the cluster and its Temporal in the environment. */
export interface UserShell {
  /** On the PATH; removed by `close`. */
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
  /** Runs a command of bash, `-euc`; resolves with what it prints, rejects when it fails. */
  run(command: string, cwd?: string, env?: Readonly<Record<string, string | undefined>>): Promise<string>;
  close(): Promise<void>;
}

/** `programs`: more names on the PATH, and what they are links to. */
export async function openUserShell(
  target: Target,
  programs: Readonly<Record<string, string>> = {},
): Promise<UserShell> {
  const folder = await mkdtemp(join(tmpdir(), 'ordinal-shell-'));
  const links = { kubectl: target.kubectl, ...programs };
  for (const [name, path] of Object.entries(links)) await symlink(path, join(folder, name));
  const ours = { ordinal: '', 'kubectl-ordinal': '', 'kubectl_complete-ordinal': ' __complete' };
  for (const [name, verb] of Object.entries(ours)) {
    await writeFile(join(folder, name), `#!/bin/sh\nexec ${nodeProgram()} ${main}${verb} "$@"\n`);
    await chmod(join(folder, name), 0o755);
  }
  const env = {
    ...process.env,
    PATH: `${folder}:${dirname(nodeProgram())}:${process.env['PATH']}`,
    KUBECONFIG: target.kubeconfig,
    TEMPORAL_ADDRESS: target.temporalAddress,
    TEMPORAL_NAMESPACE: target.temporalNamespace,
  };
  return {
    folder,
    env,
    async run(command, cwd = folder, more = {}) {
      const options = { cwd, env: { ...env, ...more }, maxBuffer: 2 ** 26 };
      return (await promisify(execFile)('bash', ['-euc', command], options)).stdout;
    },
    close: () => rm(folder, { recursive: true, force: true }),
  };
}
