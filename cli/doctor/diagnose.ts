import { type ConnectedTemporal, connectTemporal } from '../../client/temporal.ts';
import type { KubeClient } from '../../kube/client.ts';
import type { SetFlavour } from '../../model/objects.ts';
import { checkApiServer } from './api-server.ts';
import { checkControllers } from './controllers.ts';
import { checkDefinition } from './definition.ts';
import { checked, failed, type Finding, skipped } from './finding.ts';
import { checkLease } from './lease.ts';
import { checkPace } from './pace.ts';
import { checkRights } from './rights.ts';
import { checkSets } from './sets.ts';
import { checkClock, checkNamespace, checkSearchAttributes, checkServer } from './temporal-server.ts';
import { checkWorkers } from './workers.ts';

export interface DiagnoseOptions {
  readonly kube: KubeClient;
  /** APIs whose sets the workers serve, or are to serve. */
  readonly flavours: readonly SetFlavour[];
  /** Namespaces that they serve; none: all. */
  readonly namespaces: readonly string[];
  readonly leaseNamespace: string;
  /** Path of the file of keys of encrypted payloads. */
  readonly payloadKeys?: string | undefined;
  /** ms since the epoch. */
  readonly clock: () => number;
}

/** Looks at everything that Ordinal needs. Changes nothing, but for a set without replicas that is made and removed where `apps/v1` is served. */
export async function diagnose(options: DiagnoseOptions): Promise<readonly Finding[]> {
  const { kube, clock, payloadKeys } = options;
  const server = await checkApiServer(kube, clock);
  const isThere = server.every(({ result }) => result !== 'failed');
  const cluster = isThere ? await kube.clusterId().catch(() => undefined) : undefined;
  const inCluster = isThere ? await checkCluster(options) : [skipped('cluster', 'the API server does not answer')];
  return [...server, ...inCluster, ...(await checkTemporal(cluster, clock, payloadKeys))];
}

async function checkCluster(options: DiagnoseOptions): Promise<readonly Finding[]> {
  const { kube, flavours, namespaces, leaseNamespace, clock } = options;
  const native = flavours.includes('apps/v1');
  const findings = await Promise.all([
    checked('rights of a worker', () => checkRights(kube, { leaseNamespace, native, namespaces })),
    ...(flavours.includes('ordinal.dev/v1') ? [checked('resource', () => checkDefinition(kube))] : []),
    ...(native ? [checked('controllers of apps/v1', () => checkControllers(kube, leaseNamespace))] : []),
    checked('lease', () => checkLease(kube, leaseNamespace, clock())),
    checked('sets', () => checkSets(kube, flavours, namespaces, leaseNamespace)),
  ]);
  return findings.flat();
}

async function checkTemporal(
  cluster: string | undefined,
  clock: () => number,
  payloadKeys: string | undefined,
): Promise<readonly Finding[]> {
  let temporal: ConnectedTemporal;
  try {
    temporal = await connectTemporal(payloadKeys);
  } catch (error) {
    const [message = '', remedy = 'is TEMPORAL_ADDRESS right, and is the server running?'] = String(
      error instanceof Error ? error.message : error,
    ).split('; ');
    return [failed('Temporal', message, remedy)];
  }
  try {
    const { namespace } = temporal.client.options;
    const server = await checked('Temporal', () => checkServer(temporal, temporal.connection.options.address));
    const found = await checked('Temporal namespace', () => checkNamespace(temporal, namespace));
    if (found.some(({ result }) => result === 'failed')) return [...server, ...found];
    const rest = await Promise.all([
      checked('search attributes', () => checkSearchAttributes(temporal, namespace)),
      checked('clock of Temporal', () => checkClock(temporal, namespace, clock)),
      ...(cluster === undefined
        ? [Promise.resolve([skipped('workers', 'the cluster is not known')])]
        : [
            checked('workers', () => checkWorkers(temporal, namespace, cluster)),
            checked('pace of Temporal', () => checkPace(temporal, cluster)),
          ]),
    ]);
    return [...server, ...found, ...rest.flat()];
  } finally {
    await temporal.connection.close();
  }
}
