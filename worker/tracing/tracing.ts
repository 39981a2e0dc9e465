import type { ActivityInterceptorsFactory, InjectedSinks } from '@temporalio/worker';
import type { Logger as Pino } from 'pino';
import type { OnRequest } from '../../kube/transport.ts';
import type { OperationSinks } from '../../workflows/operation-ended.ts';
import { isTracingWanted } from './is-wanted.ts';

/** Where a worker is watched for its traces. */
export interface Tracing {
  readonly activities: readonly ActivityInterceptorsFactory[];
  /** Called for each call to the API server. */
  readonly onRequest?: OnRequest;
  readonly sinks: InjectedSinks<OperationSinks>;
  /** Sends what has not been sent yet; 2 s at most. */
  stop(): Promise<void>;
}

/** Hears of operations and tells nobody: a workflow may speak to a sink only where there is one. */
export const noSinks: InjectedSinks<OperationSinks> = { operation: { ended: { fn: () => undefined } } };

const off: Tracing = { activities: [], sinks: noSinks, stop: () => Promise.resolve() };

/** Tracing as the environment asks for it. OpenTelemetry is loaded only where it does. */
export async function startTracing(log: Pino): Promise<Tracing> {
  const wanted = isTracingWanted(process.env);
  if (!wanted.on) {
    if (wanted.why !== undefined) log.warn(wanted.why);
    return off;
  }
  const { exportSpans } = await import('./export-spans.ts');
  return exportSpans(log);
}
