import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { startSandbox, type Sandbox, type SandboxOptions } from '../../sandbox/sandbox.ts';
import { flavours } from './flavours.ts';
import { installIdentity } from './installed-identity.ts';
import { kubectlIn } from './kubectl.ts';
import type { Target } from './target.ts';
import { startWorker, type WorkerProcess } from './worker-process.ts';
import { buildWorkflowBundle } from './workflow-bundle.ts';

/** Path of the manifest that makes a cluster know our own resource. */
export const definition = fileURLToPath(new URL('../../deploy/crd.yaml', import.meta.url));

/** A cluster that nobody else uses: its nodes, its servers and its workers may be killed. */
export interface OwnCluster {
  readonly target: Target;
  readonly sandbox: Sandbox;
  /** Starts one more worker, on other addresses where they are given; it ends with the cluster, if not before. */
  startWorker(args?: readonly string[], through?: Through): Promise<WorkerProcess>;
  /** Runs a command of Temporal's own command line, as a worker tells it to a person. */
  temporal(command: string): Promise<string>;
  /** Makes our own resource known and starts one worker that serves both flavours of set. */
  serveBothFlavours(): Promise<WorkerProcess>;
  stop(): Promise<void>;
}

/** What a worker meets in place of the servers themselves or of this version's workflows, and what its environment has in addition. */
interface Through extends Partial<
  Pick<Target, 'workerKubeconfig' | 'temporalAddress' | 'temporalNamespace' | 'workflowBundle'>
> {
  readonly env?: Readonly<Record<string, string>>;
}

/** Starts a sandbox of a random name in a folder of its own, without a worker. */
export async function startOwnCluster(options: Pick<SandboxOptions, 'temporalSettings'> = {}): Promise<OwnCluster> {
  const stateRoot = await mkdtemp(join(tmpdir(), 'ordinal-test-'));
  const workflowBundle = join(stateRoot, 'workflow-bundle.js');
  const name = `test-${Math.random().toString(36).slice(2, 8)}`;
  const workerKubeconfig = join(stateRoot, 'worker.kubeconfig');
  const [sandbox] = await Promise.all([
    startSandbox({ ...options, name, stateRoot }),
    buildWorkflowBundle(workflowBundle),
  ]);
  await installIdentity(sandbox.kubeconfig, workerKubeconfig);
  const target: Target = {
    kubeconfig: sandbox.kubeconfig,
    workerKubeconfig,
    kubectl: sandbox.kubectl,
    temporalAddress: sandbox.temporalAddress,
    temporalNamespace: sandbox.temporalNamespace,
    auditLog: sandbox.auditLog,
    workflowBundle,
  };
  const workers: WorkerProcess[] = [];
  const start = async (args?: readonly string[], { env, ...addresses }: Through = {}): Promise<WorkerProcess> => {
    const worker = await startWorker({ ...target, ...addresses }, args, env && { env });
    workers.push(worker);
    return worker;
  };
  return {
    target,
    sandbox,
    startWorker: start,
    async serveBothFlavours() {
      const kubectl = kubectlIn(target, 'default');
      await kubectl(['apply', '-f', definition]);
      await kubectl(['wait', '--for=condition=Established', '-f', definition, '--timeout=30s']);
      return start(['--resource', ...flavours, '--no-probe']);
    },
    async temporal(command) {
      const words = command.trim().split(/\s+/).slice(1);
      const args = [...words, '--address', target.temporalAddress, '--yes'];
      return (await promisify(execFile)(sandbox.binaries.temporal, args)).stdout;
    },
    async stop() {
      await Promise.all(workers.map((worker) => worker.kill('SIGKILL')));
      await sandbox.stop();
      await rm(stateRoot, { recursive: true, force: true });
    },
  };
}
