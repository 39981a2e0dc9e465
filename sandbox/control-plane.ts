import { writeFileSync } from 'node:fs';
import { get } from 'node:https';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { request } from 'undici';
import type { Binaries } from './binaries/find-binaries.ts';
import type { Layout } from './layout.ts';
import { kubeletLabel } from './nodes.ts';
import type { ProcessSpec } from './processes/managed-process.ts';
import { nodeProgram } from './processes/node-program.ts';
import { renderStages } from './stages.ts';

/** The processes of a sandbox. `built-in` is Kubernetes' own StatefulSet controller, which runs only on demand. */
export type ProcessName =
  'etcd' | 'apiserver' | 'scheduler' | 'controllers' | 'kwok' | 'agent' | 'temporal' | 'built-in';

/** Limits of Kubernetes' own StatefulSet controller. Its own defaults: 20 requests a second, bursts of 30, 5 workers. */
export interface BuiltInLimits {
  /** Requests a second to the API server. */
  readonly qps: number;
  readonly burst: number;
  /** Sets synced at the same time. */
  readonly workers: number;
  /** What it speaks with the API server instead of protobuf. */
  readonly contentType?: 'application/json';
}

export const portNames = [
  'etcd',
  'etcdPeer',
  'apiserver',
  'scheduler',
  'controllers',
  'built-in',
  'kwok',
  'temporal',
  'temporalUi',
  'temporalHttp',
  'temporalMetrics',
] as const;

export type Ports = Readonly<Record<(typeof portNames)[number], number>>;

export interface ControlPlane {
  readonly layout: Layout;
  readonly binaries: Binaries;
  readonly ports: Ports;
  readonly audit: boolean;
  readonly builtIn: BuiltInLimits;
  /** Registered in the Temporal namespace: name to type, for example `Phase: 'Keyword'`. */
  readonly searchAttributes: Readonly<Record<string, string>>;
  readonly temporalSettings: readonly string[];
}

const local = '127.0.0.1';

/** Client limits high enough never to be what a test or a benchmark measures. */
const unlimited = ['--kube-api-qps=5000', '--kube-api-burst=10000'];

/** How to run each process. */
export function processSpecs(plane: ControlPlane): Readonly<Record<ProcessName, () => ProcessSpec>> {
  const { layout, binaries, ports } = plane;
  const spec = (
    name: ProcessName,
    command: string,
    args: readonly string[],
    isReady: () => Promise<boolean>,
  ): ProcessSpec => ({
    name,
    command,
    args,
    isReady,
    logFile: join(layout.logs, `${name}.log`),
  });
  return {
    etcd: () => spec('etcd', binaries.etcd, etcdArgs(plane), () => answers(`http://${local}:${ports.etcd}/health`)),
    apiserver: () =>
      spec('apiserver', binaries['kube-apiserver'], apiserverArgs(plane), () =>
        answersInsecurely(ports.apiserver, '/readyz'),
      ),
    scheduler: () =>
      spec('scheduler', binaries['kube-scheduler'], schedulerArgs(plane), () =>
        answersInsecurely(ports.scheduler, '/healthz'),
      ),
    controllers: () =>
      spec('controllers', binaries['kube-controller-manager'], controllersArgs(plane), () =>
        answersInsecurely(ports.controllers, '/healthz'),
      ),
    'built-in': () =>
      spec('built-in', binaries['kube-controller-manager'], builtInArgs(plane), () =>
        answersInsecurely(ports['built-in'], '/healthz'),
      ),
    kwok: () => {
      writeFileSync(layout.kwokConfig, renderStages());
      return spec('kwok', binaries.kwok, kwokArgs(plane), () => answers(`http://${local}:${ports.kwok}/healthz`));
    },
    agent: () =>
      spec(
        'agent',
        nodeProgram(),
        [fileURLToPath(new URL('agent.ts', import.meta.url)), layout.kubeconfig('agent')],
        () => Promise.resolve(true),
      ),
    temporal: () =>
      spec('temporal', binaries.temporal, temporalArgs(plane), () =>
        answers(`http://${local}:${ports.temporalHttp}/api/v1/namespaces/default`),
      ),
  };
}

function etcdArgs({ layout, ports }: ControlPlane): readonly string[] {
  const client = `http://${local}:${ports.etcd}`;
  const peer = `http://${local}:${ports.etcdPeer}`;
  return [
    `--data-dir=${layout.etcd}`,
    `--listen-client-urls=${client}`,
    `--advertise-client-urls=${client}`,
    `--listen-peer-urls=${peer}`,
    `--initial-advertise-peer-urls=${peer}`,
    `--initial-cluster=default=${peer}`,
    // A sandbox may lose its last writes in a power cut; in return no write waits for the disk.
    '--unsafe-no-fsync',
    '--quota-backend-bytes=4294967296',
    '--auto-compaction-mode=periodic',
    '--auto-compaction-retention=10m',
    '--log-level=warn',
  ];
}

function apiserverArgs({ layout, ports, audit }: ControlPlane): readonly string[] {
  const auditArgs = [
    `--audit-log-path=${layout.auditLog}`,
    `--audit-policy-file=${fileURLToPath(new URL('audit-policy.yaml', import.meta.url))}`,
    '--audit-log-maxsize=2048',
  ];
  return [
    `--etcd-servers=http://${local}:${ports.etcd}`,
    `--bind-address=${local}`,
    `--advertise-address=${local}`,
    `--secure-port=${ports.apiserver}`,
    `--cert-dir=${layout.certificates}`,
    `--token-auth-file=${layout.tokens}`,
    '--authorization-mode=RBAC',
    '--enable-admission-plugins=OwnerReferencesPermissionEnforcement',
    '--feature-gates=MaxUnavailableStatefulSet=true',
    '--allow-privileged=true',
    '--service-cluster-ip-range=10.96.0.0/16',
    // Nothing listens at a cluster address here, and the loopback address may not be in an Endpoints object.
    '--endpoint-reconciler-type=none',
    '--service-account-issuer=https://kubernetes.default.svc',
    `--service-account-key-file=${layout.serviceAccountPublicKey}`,
    `--service-account-signing-key-file=${layout.serviceAccountKey}`,
    '--max-requests-inflight=2000',
    '--max-mutating-requests-inflight=1000',
    '--profiling=false',
    ...(audit ? auditArgs : []),
  ];
}

function schedulerArgs({ layout, ports }: ControlPlane): readonly string[] {
  return [
    ...clientArgs(layout.kubeconfig('scheduler')),
    ...servingArgs(layout, ports.scheduler, 'scheduler'),
    ...unlimited,
  ];
}

function controllersArgs({ layout, ports }: ControlPlane): readonly string[] {
  return [
    ...clientArgs(layout.kubeconfig('controller-manager')),
    ...servingArgs(layout, ports.controllers, 'controllers'),
    ...unlimited,
    // A StatefulSet has one controller: ours, or the built-in one in a process of its own.
    '--controllers=*,-statefulset-controller',
    `--service-account-private-key-file=${layout.serviceAccountKey}`,
    `--root-ca-file=${layout.authority}`,
    // A dead node is noticed in seconds; KWOK renews each node's Lease every 2 s.
    '--node-monitor-period=1s',
    '--node-monitor-grace-period=12s',
    '--node-eviction-rate=10',
    '--horizontal-pod-autoscaler-sync-period=2s',
  ];
}

function builtInArgs({ layout, ports, builtIn }: ControlPlane): readonly string[] {
  return [
    ...clientArgs(layout.kubeconfig('built-in')),
    ...servingArgs(layout, ports['built-in'], 'built-in'),
    '--controllers=statefulset-controller',
    '--feature-gates=MaxUnavailableStatefulSet=true',
    `--kube-api-qps=${builtIn.qps}`,
    `--kube-api-burst=${builtIn.burst}`,
    `--concurrent-statefulset-syncs=${builtIn.workers}`,
    ...(builtIn.contentType === undefined ? [] : [`--kube-api-content-type=${builtIn.contentType}`]),
  ];
}

function clientArgs(kubeconfig: string): readonly string[] {
  return [
    `--kubeconfig=${kubeconfig}`,
    `--authentication-kubeconfig=${kubeconfig}`,
    `--authorization-kubeconfig=${kubeconfig}`,
    '--authentication-skip-lookup=true',
    '--leader-elect=false',
    '--profiling=false',
  ];
}

function servingArgs(layout: Layout, port: number, name: string): readonly string[] {
  return [`--bind-address=${local}`, `--secure-port=${port}`, `--cert-dir=${join(layout.certificates, name)}`];
}

function kwokArgs({ layout, ports }: ControlPlane): readonly string[] {
  // KWOK gives back addresses of its range; with a range of one address it never does, and every pod ever made has
  // an address of its own. A new start begins elsewhere.
  const start = `10.${128 + Math.floor(Math.random() * 120)}.0.0/32`;
  return [
    `--kubeconfig=${layout.kubeconfig('kubelet')}`,
    `--config=${layout.kwokConfig}`,
    `--manage-nodes-with-label-selector=${kubeletLabel}=running`,
    '--node-lease-duration-seconds=8',
    `--server-address=${local}:${ports.kwok}`,
    `--cidr=${start}`,
    '--v=WARN',
  ];
}

function temporalArgs({ layout, ports, searchAttributes, temporalSettings }: ControlPlane): readonly string[] {
  const settings = [
    // The default of 20 a second holds each workflow to some 20 hops a second.
    'history.transferProcessorMaxPollRPS=100000',
    'matching.numTaskqueueReadPartitions=1',
    'matching.numTaskqueueWritePartitions=1',
    ...temporalSettings,
  ];
  return [
    'server',
    'start-dev',
    `--ip=${local}`,
    `--ui-ip=${local}`,
    `--port=${ports.temporal}`,
    `--ui-port=${ports.temporalUi}`,
    `--http-port=${ports.temporalHttp}`,
    `--metrics-port=${ports.temporalMetrics}`,
    `--db-filename=${layout.temporalDb}`,
    // As for etcd: no write waits for the disk. With a write-ahead log a write is one append, and not a journal made and removed.
    '--sqlite-pragma=synchronous=off',
    '--sqlite-pragma=journal_mode=wal',
    '--log-level=warn',
    ...settings.flatMap((setting) => ['--dynamic-config-value', setting]),
    ...Object.entries(searchAttributes).flatMap(([name, type]) => ['--search-attribute', `${name}=${type}`]),
  ];
}

/** Whether `url` answers with a 2xx. */
async function answers(url: string): Promise<boolean> {
  const { statusCode, body } = await request(url, { headersTimeout: 2_000 });
  await body.dump();
  return statusCode < 300;
}

/** For our own servers' health pages only: their certificates are self-signed and carry no secret. */
function answersInsecurely(port: number, path: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    get({ host: local, port, path, rejectUnauthorized: false, timeout: 2_000, agent: false }, (response) => {
      response.resume();
      resolve((response.statusCode ?? 500) < 300);
    }).on('error', reject);
  });
}
