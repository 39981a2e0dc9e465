import { execFile } from 'node:child_process';
import type { Target } from './target.ts';

/** What kubectl said on standard error, with the command that made it. */
class KubectlError extends Error {
  constructor(args: readonly string[], stderr: string) {
    super(`kubectl ${args.join(' ')}: ${stderr.trim()}`);
    this.name = 'KubectlError';
  }
}

export type Kubectl = (args: readonly string[], stdin?: string) => Promise<string>;

/** Runs kubectl as a user does, in one namespace. Resolves with standard output, trimmed; rejects with `KubectlError`. */
export function kubectlIn(target: Pick<Target, 'kubeconfig' | 'kubectl'>, namespace: string): Kubectl {
  const cacheDir = `${target.kubeconfig}.cache`;
  return (args, stdin) =>
    new Promise((resolve, reject) => {
      const all = [`--kubeconfig=${target.kubeconfig}`, `--cache-dir=${cacheDir}`, `--namespace=${namespace}`, ...args];
      const child = execFile(target.kubectl, all, { maxBuffer: 2 ** 26 }, (error, stdout, stderr) => {
        if (error === null) resolve(stdout.trim());
        else reject(new KubectlError(args, stderr === '' ? error.message : stderr));
      });
      // One that ends before it has read what it is given says why by its exit code.
      child.stdin?.on('error', () => undefined);
      child.stdin?.end(stdin ?? '');
    });
}
