import { mkdtemp } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time.js';
import { openKubeApi, type KubeApi } from '../../../sandbox/kube-api.ts';
import { waitUntil } from '../../../sandbox/processes/wait-until.ts';
import { electionRules } from '../../../install/rules.ts';
import { workerUser } from '../../support/installed-identity.ts';
import type { Scene } from '../../support/scene.ts';
import type { Target } from '../../support/target.ts';
import { startWorker, type WorkerProcess } from '../../support/worker-process.ts';
import { hitsOf, order } from './orders.ts';
import type { Crash, Hit } from './point.ts';

const main = fileURLToPath(new URL('tapped-worker/main.ts', import.meta.url));

/** Nothing has been done for so long: the workers are through, in ms. */
const quietMs = 1_000;

/**
 * Workers that see nothing but one namespace of the cluster and have a lease and a Temporal namespace of their own, so that many lanes run
 * side by side on the same servers. A worker lives on from one run to the next until it is killed; then another takes over.
 */
export class Lane {
  readonly target: Target;
  readonly namespace: string;
  readonly #folder: string;
  readonly #api: KubeApi;
  readonly #client: Client;
  readonly #workers: number;
  readonly #living = new Set<WorkerProcess>();
  #starting: Promise<void> = Promise.resolve();
  #closing = false;
  #play = '';
  #serial = 0;

  private constructor(target: Target, namespace: string, folder: string, client: Client, workers: number) {
    this.target = target;
    this.namespace = namespace;
    this.#folder = folder;
    this.#client = client;
    this.#workers = workers;
    this.#api = openKubeApi(target.kubeconfig);
  }

  /** `workers`: how many are at work when a run begins. */
  static async open(shared: Target, workers: number): Promise<Lane> {
    const name = `crash-${Math.random().toString(36).slice(2, 8)}`;
    const folder = await mkdtemp(join(dirname(shared.workflowBundle), `${name}-`));
    const connection = await Connection.connect({ address: shared.temporalAddress });
    await connection.workflowService.registerNamespace({
      namespace: name,
      workflowExecutionRetentionPeriod: msToTs('1 day'),
    });
    const target = { ...shared, temporalNamespace: name };
    const lane = new Lane(target, name, folder, new Client({ connection, namespace: name }), workers);
    await lane.#api.call('POST', '/api/v1/namespaces', { metadata: { name } });
    await lane.#allowElection();
    return lane;
  }

  /** Has as many workers at work as there should be when a run begins. */
  async ready(): Promise<void> {
    await this.#starting;
    const missing = Math.max(0, this.#workers - this.#living.size);
    await Promise.all(Array.from({ length: missing }, () => this.#start()));
  }

  /** What the workers do from now on is a run of its own, in which one of them may be told to die. */
  order(crash?: Crash): void {
    this.#serial += 1;
    this.#play = join(this.#folder, `run-${this.#serial}`);
    order(this.#folder, crash === undefined ? { folder: this.#play } : { folder: this.#play, crash });
  }

  /** What the workers went through in this run. */
  hits(): readonly Hit[] {
    return hitsOf(this.#play);
  }

  /** Resolves when a worker that lives is elected and none has anything left to do, nor waits for a task that a dead one had. */
  async untilIdle(openAtRest?: readonly string[]): Promise<void> {
    await waitUntil(
      'the workers are through',
      async () => {
        await this.#starting;
        const last = this.hits().at(-1)?.at ?? 0;
        if (Date.now() - last < quietMs) return false;
        if (!(await this.#isElected())) return false;
        if (openAtRest !== undefined && (await this.openWorkflows()).join() !== openAtRest.join()) return false;
        if (!(await this.#isAtRest())) return false;
        return this.hits().at(-1)?.at === last || last === 0;
      },
      { timeoutMs: 240_000, everyMs: 100 },
    );
  }

  /** Types of the workflows that are open, sorted. */
  async openWorkflows(): Promise<readonly string[]> {
    const types: string[] = [];
    for await (const { type } of this.#client.workflow.list({ query: `ExecutionStatus = 'Running'` })) types.push(type);
    return types.sort();
  }

  /** Whether no workflow has a task that is due, or was given to a worker that may be dead. */
  async #isAtRest(): Promise<boolean> {
    for await (const { workflowId } of this.#client.workflow.list({ query: `ExecutionStatus = 'Running'` })) {
      const { raw } = await this.#client.workflow.getHandle(workflowId).describe();
      if (raw.pendingWorkflowTask || (raw.pendingActivities ?? []).length > 0) return false;
    }
    return true;
  }

  /** Removes what a run has left, so that the next begins in an empty namespace. */
  async clear(scene: Scene): Promise<void> {
    const core = `/api/v1/namespaces/${this.namespace}`;
    const apps = `/apis/apps/v1/namespaces/${this.namespace}`;
    await this.#api.call('DELETE', `${apps}/statefulsets`, { propagationPolicy: 'Background' });
    await this.#api.call('DELETE', `${core}/pods`, { gracePeriodSeconds: 0 });
    for (const path of [`${core}/persistentvolumeclaims`, `${core}/services`, `${apps}/controllerrevisions`])
      await this.#api.call('DELETE', path, {});
    await scene.until('the namespace is empty', () => scene.pods().size + scene.claims().size === 0);
    for await (const { workflowId } of this.#client.workflow.list({ query: `ExecutionStatus = 'Running'` }))
      await this.#client.workflow
        .getHandle(workflowId)
        .terminate('the run is over')
        .catch(() => undefined);
  }

  /** The end of what the workers had to say, for a person. */
  logs(): string {
    return [...this.#living].map((worker) => `worker ${worker.pid}:\n${worker.log().slice(-4_000)}`).join('\n');
  }

  async close(): Promise<void> {
    this.#closing = true;
    await this.#starting.catch(() => undefined);
    await Promise.all([...this.#living].map((worker) => worker.kill('SIGKILL')));
    await this.#api.call('DELETE', `/api/v1/namespaces/${this.namespace}`).catch(() => undefined);
    await this.#api.close();
    await this.#client.connection.close();
  }

  /** The lease is in the lane's own namespace, where an installation gives its worker no right to one. */
  async #allowElection(): Promise<void> {
    const path = `/apis/rbac.authorization.k8s.io/v1/namespaces/${this.namespace}`;
    const metadata = { name: 'ordinal-election' };
    await this.#api.call('POST', `${path}/roles`, { metadata, rules: electionRules });
    await this.#api.call('POST', `${path}/rolebindings`, {
      metadata,
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: metadata.name },
      subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: workerUser }],
    });
  }

  async #start(): Promise<void> {
    const args = ['--resource', 'apps/v1', '--no-probe', '--namespaces', this.namespace];
    const worker = await startWorker(this.target, [...args, '--lease-namespace', this.namespace], {
      main,
      env: { ORDINAL_CRASH_FOLDER: this.#folder },
    });
    this.#living.add(worker);
    void worker.ended.then(() => {
      this.#living.delete(worker);
      // One that dies alone is replaced at once; one of two leaves its work to the other.
      if (!this.#closing && this.#living.size === 0) this.#starting = this.#start();
      this.#starting.catch(() => undefined);
    });
  }

  async #isElected(): Promise<boolean> {
    const path = `/apis/coordination.k8s.io/v1/namespaces/${this.namespace}/leases/ordinal`;
    const { spec } = await this.#api.call<{ readonly spec?: { readonly holderIdentity?: string } }>('GET', path);
    return [...this.#living].some(({ pid }) => spec?.holderIdentity?.includes(`_${pid}_`) === true);
  }
}
