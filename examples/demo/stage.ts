import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { parseAllDocuments, stringify } from 'yaml';
import { OrdinalClient, type Run, type StatefulSetHandle } from '../../client/index.ts';
import { waitUntil } from '../../sandbox/processes/wait-until.ts';
import { startSandbox, type Sandbox } from '../../sandbox/sandbox.ts';
import { PodWatch } from './pod-watch.ts';
import type { Screen } from './screen/screen.ts';
import { startWorker, type WorkerProcess } from './worker-process.ts';

export const namespace = 'nginx-sts';
export const setName = 'web-sts';

export function podName(ordinal: number): string {
  return `${setName}-${ordinal}`;
}

/** What the chapters play on: the cluster, the set, and what happens to its pods. */
export interface Stage {
  readonly sandbox: Sandbox;
  readonly client: OrdinalClient;
  readonly set: StatefulSetHandle;
  readonly watch: PodWatch;
  /** Applies examples/s01-ordered-start. */
  readonly applyExample: () => Promise<void>;
  readonly kubectl: (args: readonly string[], stdin?: string) => Promise<string>;
  /** Ends the worker as a power cut would, and answers with its process id. */
  readonly killWorker: () => Promise<number>;
  /** Starts a worker in place of the one that was killed. */
  readonly startWorker: () => Promise<WorkerProcess>;
  readonly workerLog: () => string;
  /** Waits until Temporal shows a run of the set that is of this type, or with this id, as completed. */
  readonly completedRun: (which: { readonly type?: string; readonly runId?: string }) => Promise<Run>;
  /** A page of the Temporal UI: the runs of the set, or one run. */
  readonly link: (run?: { readonly workflowId: string; readonly runId: string }) => string;
  readonly close: () => Promise<void>;
}

/** How long the simulated pods take: real ones are slower, and without this nobody could watch. */
const pace = { 'sandbox.ordinal.dev/ready-after': '500ms', 'sandbox.ordinal.dev/terminate-after': '200ms' };

/** Starts the sandbox, building its programs where that was never done, and a worker. Leaves nothing running when it throws. */
export async function openStage(name: string, screen: Screen): Promise<Stage> {
  screen.heading('A Kubernetes API server, a Temporal server and a worker, on this machine');
  const rows = screen.rows(['sandbox', 'worker']);
  let sandbox: Sandbox | undefined;
  let worker: WorkerProcess | undefined;
  try {
    let from = performance.now();
    rows.tell(0, 'starting');
    sandbox = await startSandbox({ name, progress: (line) => rows.note(line) });
    rows.finish(0, `ready, Kubernetes at ${sandbox.apiServerUrl}`, performance.now() - from);
    from = performance.now();
    rows.tell(1, 'starting');
    worker = await startWorker(sandbox);
    rows.finish(1, `serves apps/v1, process ${worker.pid}`, performance.now() - from);
    await rows.end();
    return await stageOn(sandbox, worker);
  } catch (error) {
    await rows.end();
    await worker?.end('SIGTERM');
    await sandbox?.stop();
    throw error;
  }
}

async function stageOn(sandbox: Sandbox, first: WorkerProcess): Promise<Stage> {
  process.env['TEMPORAL_ADDRESS'] = sandbox.temporalAddress;
  const uiAddress = sandbox.temporalUiUrl;
  const client = await OrdinalClient.connect({ kubeconfigPath: sandbox.kubeconfig, uiAddress, requestedBy: 'demo' });
  const set = client.statefulSet(namespace, setName, { flavour: 'apps/v1' });
  const watch = new PodWatch(client.kube, namespace);
  await watch.start();
  let worker = first;
  const kubectl = async (args: readonly string[], stdin?: string): Promise<string> => {
    const all = [`--kubeconfig=${sandbox.kubeconfig}`, `--namespace=${namespace}`, ...args];
    const run = promisify(execFile)(sandbox.kubectl, all);
    run.child.stdin?.end(stdin ?? '');
    return (await run).stdout.trim();
  };
  return {
    sandbox,
    client,
    set,
    watch,
    async applyExample() {
      await kubectl(['apply', '-f', '-'], await exampleManifest());
    },
    kubectl,
    async killWorker() {
      await worker.end('SIGKILL');
      return worker.pid;
    },
    async startWorker() {
      return (worker = await startWorker(sandbox));
    },
    workerLog: () => worker.log(),
    completedRun: ({ type, runId }) =>
      waitUntil('Temporal shows the run as completed', async () => {
        const runs = await set.runs();
        return runs.find((run) => run.status === 'COMPLETED' && (run.type === type || run.runId === runId));
      }),
    link(run) {
      const base = `${sandbox.temporalUiUrl}/namespaces/${sandbox.temporalNamespace}/workflows`;
      return run === undefined ? base : `${base}/${encodeURIComponent(run.workflowId)}/${run.runId}/timeline`;
    },
    async close() {
      await Promise.all([watch.stop(), client.close(), worker.end('SIGTERM')]);
      await sandbox.stop();
    },
  };
}

/** The manifest as it is in examples/, with the pace of its simulated pods. */
async function exampleManifest(): Promise<string> {
  const text = await readFile(new URL('../s01-ordered-start/manifest.yaml', import.meta.url), 'utf8');
  return parseAllDocuments(text)
    .map((document) => {
      if (document.get('kind') === 'StatefulSet') document.setIn(['spec', 'template', 'metadata', 'annotations'], pace);
      return stringify(document);
    })
    .join('---\n');
}
