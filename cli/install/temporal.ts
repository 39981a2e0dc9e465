import type { TLSConfig } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { advice, ensureSearchAttributes } from '../../install/search-attributes.ts';
import type { Output } from './output.ts';

type ConnectionOptions = ReturnType<typeof loadClientConnectConfig>['connectionOptions'];

/** Temporal as the environment, or a temporal.toml, has it for this machine. */
export interface LocalTemporal {
  readonly address?: string;
  readonly namespace?: string;
  readonly connectionOptions: ConnectionOptions;
}

export function temporalOf(namespace: string | undefined): LocalTemporal {
  const { connectionOptions, namespace: configured } = loadClientConnectConfig();
  const { address } = connectionOptions;
  const known = namespace ?? configured;
  return {
    ...(address !== undefined && { address }),
    ...(known !== undefined && { namespace: known }),
    connectionOptions,
  };
}

/**
 * Makes our search attributes known where Temporal can be reached from here, and may be told; else says how. Never fails: workers do the same
 * when they start.
 */
export async function registerSearchAttributes(
  { address, namespace = 'default', connectionOptions }: LocalTemporal,
  { out, err }: Output,
): Promise<void> {
  const manually = `if the workers may not add them either, run:\n${advice(namespace)}`;
  if (address === undefined) {
    err(`search attributes: no TEMPORAL_ADDRESS here, so they are left to the workers; ${manually}\n`);
    return;
  }
  const { Connection } = await import('@temporalio/client');
  const { tls, ...rest } = connectionOptions;
  try {
    const connection = await Connection.connect({
      ...rest,
      ...(tls !== undefined && { tls: tls as TLSConfig | boolean }),
      address,
      connectTimeout: '5s',
    });
    try {
      const registered = await ensureSearchAttributes(connection, namespace);
      if (registered.kind === 'unknown')
        err(`search attributes: Temporal at ${address} does not take them from here; run:\n${registered.advice}\n`);
      else out(`search attributes in Temporal namespace ${namespace} ${registered.kind}\n`);
    } finally {
      await connection.close();
    }
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    err(`search attributes: Temporal at ${address}: ${said}\n${manually}\n`);
  }
}
