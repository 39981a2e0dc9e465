import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** Answers `kubectl exec` and evaluates the readiness probes of a cluster, beside the sandbox's simulated kubelets. */
export interface ExtraKubelet {
  stop(): Promise<void>;
}

/** Starts it with `folder` for the file systems of the pods; resolves when the nodes point at it. It ends with this process. */
export async function startKubelet(program: string, kubeconfig: string, folder: string): Promise<ExtraKubelet> {
  const child = spawn(program, ['--kubeconfig', kubeconfig, '--root', folder], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  const ready = once(createInterface(child.stdout), 'line');
  await Promise.race([
    ready,
    ended.then(([code]) => Promise.reject(new Error(`${program} ended with code ${code} before it was ready`))),
  ]);
  return {
    async stop() {
      child.stdin.end();
      await ended;
    },
  };
}
