import type { Client, Connection, TLSConfig } from '@temporalio/client';
import type { SetKey } from '../model/objects.ts';
import { entityId, type OperationResult, type SetRef } from '../workflows/messages.ts';
import { encryptedPayloads } from './encrypted-payloads.ts';
import { OrdinalError, UnreachableError } from './errors.ts';

/** One workflow of a set. */
export interface Run {
  readonly workflowId: string;
  readonly runId: string;
  /** `statefulSet` is the set's own workflow, which lives as long as the set; the others are operations. */
  readonly type: string;
  /** As Temporal names it: RUNNING, COMPLETED, FAILED, ... */
  readonly status: string;
  /** How an operation that ran to its end found its work: `completed`, `superseded`, `aborted` or `gone` (with its set). */
  readonly outcome?: string;
  readonly phase?: string;
  readonly revision?: string;
  /** RFC 3339. */
  readonly startedAt: string;
  /** RFC 3339; none while it runs. */
  readonly closedAt?: string;
}

/** A Temporal that is already connected to; `uiAddress` is needed for links only. */
export interface TemporalConnection {
  readonly client: Client;
  readonly uiAddress?: string;
}

export interface TemporalOptions {
  /** `http://host:port` of the Temporal UI. Default: `TEMPORAL_UI_ADDRESS`, Temporal Cloud's for a cloud address, the dev server's for port 7233. */
  readonly uiAddress?: string;
  /**
   * Path of a file with the keys of encrypted payloads, that of the workers. Default: `ORDINAL_PAYLOAD_KEYS`, else none. Not used for a
   * connection that is there already.
   */
  readonly payloadKeys?: string;
}

/** A client, and the connection that it is on: whoever opened it closes it. */
export interface ConnectedTemporal {
  readonly client: Client;
  readonly connection: Connection;
}

/** What the SDK asks of Temporal; connects on first need only. */
export interface Temporal {
  runs(cluster: string, key: SetKey, limit?: number): Promise<readonly Run[]>;
  uiLink(cluster: string, key: SetKey): Promise<string | undefined>;
  close(): Promise<void>;
}

/** Temporal by the environment (TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE, temporal.toml, ...), or as handed in. */
export function openTemporal(options: TemporalOptions, ready?: TemporalConnection): Temporal {
  let opened: Promise<ConnectedTemporal> | undefined;
  const client = async (): Promise<Client> =>
    ready?.client ?? (await (opened ??= connectTemporal(options.payloadKeys))).client;
  return {
    async runs(cluster, { namespace, name }, limit = 50) {
      const from = await client();
      const wanted = { OrdinalCluster: cluster, OrdinalNamespace: namespace, OrdinalName: name };
      const query = Object.entries(wanted)
        .map(([attribute, value]) => `${attribute} = ${JSON.stringify(value)}`)
        .join(' AND ');
      const found: Run[] = [];
      try {
        for await (const run of from.workflow.list({ query, pageSize: limit })) {
          const attribute = (key: string) => run.searchAttributes?.[key]?.[0]?.toString();
          const [phase, revision] = [attribute('OrdinalPhase'), attribute('OrdinalRevision')];
          found.push({
            workflowId: run.workflowId,
            runId: run.runId,
            type: run.type,
            status: run.status.name,
            ...(phase !== undefined && { phase }),
            ...(revision !== undefined && { revision }),
            startedAt: run.startTime.toISOString(),
            ...(run.closeTime && { closedAt: run.closeTime.toISOString() }),
          });
          if (found.length >= limit) break;
        }
      } catch (error) {
        throw refusal(error);
      }
      return Promise.all(found.map((run) => withOutcome(from, run)));
    },
    async uiLink(cluster, key) {
      const set: SetRef = { cluster, ...key };
      const { address, namespace } = await whereabouts(ready);
      const ui = options.uiAddress ?? ready?.uiAddress ?? process.env['TEMPORAL_UI_ADDRESS'] ?? guessUi(address);
      if (ui === undefined) return undefined;
      const base = ui.replace(/\/+$/, '');
      return `${base}/namespaces/${encodeURIComponent(namespace)}/workflows/${encodeURIComponent(entityId(set))}`;
    },
    async close() {
      // That it could not be opened was told to whoever needed it.
      await opened?.then(
        ({ connection }) => connection.close(),
        () => undefined,
      );
    },
  };
}

/** A run that has ended well is asked for its result; what Temporal has forgotten meanwhile is left out. */
async function withOutcome(client: Client, run: Run): Promise<Run> {
  if (run.type === 'statefulSet' || run.status !== 'COMPLETED') return run;
  try {
    const result: OperationResult = await client.workflow.getHandle(run.workflowId, run.runId).result();
    return { ...run, outcome: result.outcome };
  } catch {
    return run;
  }
}

/** What was listed is of no use without its keys. A server that is older than a query, or has not met a worker of ours, refuses it with a bare code of gRPC. */
function refusal(error: unknown): OrdinalError {
  const { details } = (error as { readonly cause?: { readonly details?: string } }).cause ?? {};
  if (error instanceof Error && error.name === 'UnreadablePayloadError')
    return new OrdinalError(
      'Configuration',
      `Temporal lists the runs, and they cannot be read: ${error.message}`,
      error,
    );
  const said = details ?? (error instanceof Error ? error.message : String(error));
  return new OrdinalError(
    'Refused',
    `Temporal does not list the runs: ${said}; is it the namespace that the workers use (TEMPORAL_NAMESPACE)? They make its search attributes when they start`,
    error,
  );
}

async function whereabouts(
  ready: TemporalConnection | undefined,
): Promise<{ readonly address?: string; readonly namespace: string }> {
  if (ready !== undefined) return { namespace: ready.client.options.namespace };
  const { loadClientConnectConfig } = await import('@temporalio/envconfig');
  const { connectionOptions, namespace = 'default' } = loadClientConnectConfig();
  return { address: connectionOptions.address ?? '127.0.0.1:7233', namespace };
}

function guessUi(address: string | undefined): string | undefined {
  if (address === undefined) return undefined;
  if (/\.tmprl\.cloud(:\d+)?$/.test(address)) return 'https://cloud.temporal.io';
  const [host = '', port] = address.split(':');
  return port === '7233' && (host === 'localhost' || host === '127.0.0.1') ? `http://${host}:8233` : undefined;
}

/** Connects as the environment says. Rejects with `UnreachableError`, and with `OrdinalError` for keys that cannot be used. */
export async function connectTemporal(payloadKeys?: string): Promise<ConnectedTemporal> {
  const dataConverter = await encryptedPayloads(payloadKeys);
  const [{ Client, Connection }, { loadClientConnectConfig }] = await Promise.all([
    import('@temporalio/client'),
    import('@temporalio/envconfig'),
  ]);
  const { connectionOptions, namespace = 'default' } = loadClientConnectConfig();
  const address = connectionOptions.address ?? '127.0.0.1:7233';
  try {
    const { tls, ...rest } = connectionOptions;
    const connection = await Connection.connect({
      ...rest,
      ...(tls !== undefined && { tls: tls as TLSConfig | boolean }),
      address,
      connectTimeout: '5s',
    });
    return { connection, client: new Client({ connection, namespace, dataConverter }) };
  } catch (error) {
    throw new UnreachableError(address, `cannot reach Temporal at ${address}; set TEMPORAL_ADDRESS`, error);
  }
}
