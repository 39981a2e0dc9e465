import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { findBinaries, type Binaries } from './binaries/find-binaries.ts';
import { portNames, processSpecs, type BuiltInLimits, type Ports, type ProcessName } from './control-plane.ts';
import { writeCredentials } from './credentials.ts';
import { clusterIsUsable, createNodes } from './cluster-ready.ts';
import { openKubeApi } from './kube-api.ts';
import { beginLife, type Life } from './life.ts';
import { defaultStateRoot, layoutOf } from './layout.ts';
import { endProcesses } from './processes/end-instance.ts';
import { findFreePorts } from './processes/free-ports.ts';
import { readInstance } from './processes/instance.ts';
import { acquireLock, LockHeldError, type Lock } from './processes/lock.ts';
import { manageProcess, type ManagedProcess } from './processes/managed-process.ts';
import { identify, type ProcessIdentity } from './processes/process-identity.ts';
import { waitUntil } from './processes/wait-until.ts';

export interface SandboxOptions {
  /** Lower-case letters, digits and dashes. Default `default`. Instances of different names run side by side. */
  readonly name?: string;
  /** Folder that holds a folder for each instance. Default: the user's state folder. */
  readonly stateRoot?: string;
  /** Simulated nodes, named node-0, node-1, ... Default 3. */
  readonly nodes?: number;
  /** Runs Kubernetes' own StatefulSet controller, with these client limits. Default false. */
  readonly builtInController?: false | BuiltInLimits;
  /** Writes every write of the API server to `auditLog`. Default true. */
  readonly audit?: boolean;
  /** Goes on with what an earlier instance of this name left. Default false: it starts empty. */
  readonly keepData?: boolean;
  /** Search attributes of the Temporal namespace: name to type, for example `Phase: 'Keyword'`. */
  readonly searchAttributes?: Readonly<Record<string, string>>;
  /** Dynamic configuration of the Temporal server, beside our own: `limit.historyCount.suggestContinueAsNew=60`. */
  readonly temporalSettings?: readonly string[];
  /** Told what happens, a line at a time. Default: standard error, and only while programs are built. */
  readonly progress?: (line: string) => void;
}

/** A running cluster with its Temporal server. It ends with the process that started it, however that ends. */
export interface Sandbox {
  readonly name: string;
  readonly dir: string;
  /** Path; cluster administrator. */
  readonly kubeconfig: string;
  readonly apiServerUrl: string;
  readonly temporalAddress: string;
  readonly temporalNamespace: string;
  readonly temporalUiUrl: string;
  /** Path; one JSON object (audit.k8s.io/v1 Event) a line. */
  readonly auditLog: string;
  /** Path of a kubectl of the cluster's version. */
  readonly kubectl: string;
  readonly binaries: Binaries;
  /** Process ids of what runs now. */
  readonly pids: Readonly<Partial<Record<ProcessName, number>>>;
  /** Each process by name, for fault tests. */
  readonly processes: Readonly<Record<ProcessName, ManagedProcess>>;
  /** Kubernetes' own StatefulSet controller, in a process of its own: its client limits touch nothing else. */
  readonly builtIn: {
    /** Starts it, or starts it anew with other limits. */
    start(limits?: BuiltInLimits): Promise<void>;
    stop(): Promise<void>;
  };
  /** Ends every process and removes the data, or keeps it for a later start with `keepData`. Can be called twice. */
  stop(options?: { readonly keepData?: boolean }): Promise<void>;
}

/** What Kubernetes gives its StatefulSet controller unless told otherwise. */
export const builtInDefaults: BuiltInLimits = { qps: 20, burst: 30, workers: 5 };

/**
 * Starts a sandbox and resolves when it is usable: API server ready, nodes Ready, default service account there,
 * scheduler and controllers running, Temporal answering. Throws when one of that name runs already, when a program is
 * missing and cannot be built, or when a process does not come up; then nothing is left running.
 */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const name = options.name ?? 'default';
  if (!/^[a-z0-9]([a-z0-9-]{0,40}[a-z0-9])?$/.test(name)) {
    throw new Error(`A sandbox cannot be named ${JSON.stringify(name)}: use lower-case letters, digits and dashes`);
  }
  const binaries = await findBinaries(options.progress === undefined ? {} : { progress: options.progress });
  const layout = layoutOf(join(options.stateRoot ?? defaultStateRoot(), name));
  const lock = lockInstance(layout.lock, name);
  let life: Life | undefined;
  try {
    const former = readInstance(layout.dir);
    if (former !== undefined) await endProcesses(former.processes, options.keepData === true ? 5_000 : 0);
    if (options.keepData !== true) rmSync(layout.dir, { recursive: true, force: true });
    mkdirSync(layout.logs, { recursive: true });

    const wanted =
      options.keepData === true && former !== undefined ? portNames.map((port) => former.ports[port] ?? 0) : [];
    const found = await findFreePorts(
      portNames.length,
      wanted.filter((port) => port !== 0),
    );
    const ports = Object.fromEntries(portNames.map((port, index) => [port, found[index]])) as Ports;
    const apiServerUrl = `https://127.0.0.1:${ports.apiserver}`;
    writeCredentials(layout, name, apiServerUrl);

    life = beginLife({
      name,
      dir: layout.dir,
      phase: 'starting',
      startedAt: new Date().toISOString(),
      owner: ownIdentity(),
      processes: {},
      ports,
      nodes: options.nodes ?? 3,
      kubeconfig: layout.kubeconfig('admin'),
      kubectl: binaries.kubectl,
      apiServerUrl,
      temporalAddress: `127.0.0.1:${ports.temporal}`,
      temporalUiUrl: `http://127.0.0.1:${ports.temporalUi}`,
      auditLog: layout.auditLog,
    });
    return await bringUp(options, life, binaries, lock);
  } catch (error) {
    if (life !== undefined) {
      await endProcesses(life.instance().processes, 0);
      life.update({ phase: 'failed', failure: String(error), processes: {} });
      life.end();
    }
    lock.release();
    throw error;
  }
}

async function bringUp(options: SandboxOptions, life: Life, binaries: Binaries, lock: Lock): Promise<Sandbox> {
  const instance = life.instance();
  const layout = layoutOf(instance.dir);
  let builtInLimits =
    options.builtInController === undefined || options.builtInController === false
      ? builtInDefaults
      : options.builtInController;
  const specs = processSpecs({
    layout,
    binaries,
    ports: instance.ports,
    audit: options.audit ?? true,
    get builtIn() {
      return builtInLimits;
    },
    searchAttributes: options.searchAttributes ?? {},
    temporalSettings: options.temporalSettings ?? [],
  });
  const own = (name: ProcessName) => manageProcess(specs[name], life.record);
  // The scheduler ends itself when its memory of a pod is contradicted, which an API server that is killed in mid-write can do.
  const ownRevived = (name: ProcessName) =>
    manageProcess(specs[name], life.record, () => life.instance().phase === 'ready');
  const processes = {
    etcd: own('etcd'),
    apiserver: own('apiserver'),
    scheduler: ownRevived('scheduler'),
    controllers: ownRevived('controllers'),
    kwok: ownRevived('kwok'),
    agent: ownRevived('agent'),
    temporal: own('temporal'),
    'built-in': own('built-in'),
  };

  processes.temporal.start();
  processes.etcd.start();
  const temporal = processes.temporal.ready();
  temporal.catch(() => undefined);
  await processes.etcd.ready();
  processes.apiserver.start();
  await waitUntil('the API server makes its certificate', () => existsSync(layout.authority), { timeoutMs: 60_000 });
  await processes.apiserver.ready();
  const controlled: ProcessName[] = ['scheduler', 'controllers', 'kwok', 'agent'];
  if (options.builtInController !== undefined && options.builtInController !== false) controlled.push('built-in');

  const api = openKubeApi(instance.kubeconfig);
  try {
    await createNodes(api, instance.nodes);
    for (const name of controlled) processes[name].start();
    await Promise.all([
      temporal,
      ...controlled.map((name) => processes[name].ready()),
      clusterIsUsable(api, instance.nodes),
    ]);
  } finally {
    await api.close();
  }
  life.update({ phase: 'ready' });

  let stopped: Promise<void> | undefined;
  const stop = async (keepData: boolean) => {
    life.update({ phase: 'stopping' });
    await endProcesses(life.instance().processes, keepData ? 5_000 : 0);
    if (keepData) life.update({ phase: 'stopped', processes: {} });
    else rmSync(instance.dir, { recursive: true, force: true });
    life.end();
    lock.release();
  };
  return {
    name: instance.name,
    dir: instance.dir,
    kubeconfig: instance.kubeconfig,
    apiServerUrl: instance.apiServerUrl,
    temporalAddress: instance.temporalAddress,
    temporalNamespace: 'default',
    temporalUiUrl: instance.temporalUiUrl,
    auditLog: instance.auditLog,
    kubectl: instance.kubectl,
    binaries,
    processes,
    get pids() {
      return Object.fromEntries(
        Object.values(processes).flatMap(({ name, pid }) => (pid === undefined ? [] : [[name, pid]])),
      );
    },
    builtIn: {
      async start(limits = builtInDefaults) {
        builtInLimits = limits;
        await processes['built-in'].restart();
      },
      stop: () => processes['built-in'].kill('SIGKILL'),
    },
    stop: ({ keepData = false } = {}) => (stopped ??= stop(keepData)),
  };
}

function lockInstance(path: string, name: string): Lock {
  try {
    return acquireLock(path);
  } catch (error) {
    if (!(error instanceof LockHeldError)) throw error;
    throw new Error(
      `Sandbox ${name} runs already (process ${error.holder.pid}); stop it with: npm run sandbox -- down --name ${name}`,
      {
        cause: error,
      },
    );
  }
}

function ownIdentity(): ProcessIdentity {
  const identity = identify(process.pid);
  if (identity === undefined) throw new Error('cannot read the start time of this very process');
  return identity;
}
