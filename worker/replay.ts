import type { HistoryAndWorkflowId } from '@temporalio/client';
import { Runtime, Worker, type Logger } from '@temporalio/worker';
import { createPayloadCodec } from '../codec/payload-codec.ts';
import { loadPayloadKeys } from '../codec/payload-keys.ts';
import { noSinks } from './tracing/tracing.ts';
import { workflowBundle } from './workflow-bundle.ts';

/** What became of one run. */
export interface Replayed {
  readonly workflowId: string;
  readonly runId: string;
  /** Why this version cannot carry the run on; none: it can. */
  readonly problem?: string;
}

export interface ReplayOptions {
  /** Path of prebuilt workflow code. Default: that of this package. */
  readonly workflowBundle?: string;
  /** Path of a file with the keys of encrypted payloads. Default: ORDINAL_PAYLOAD_KEYS. */
  readonly payloadKeys?: string;
}

const silent = () => undefined;
const silence: Logger = { log: silent, trace: silent, debug: silent, info: silent, warn: silent, error: silent };

/** Stops all that Temporal says of its own, for a process that only replays. Before anything else of Temporal's worker. */
export function quietly(): void {
  Runtime.install({ logger: silence, telemetryOptions: { logging: { filter: { core: 'ERROR', other: 'ERROR' } } } });
}

/** Plays histories again on the workflow code of this version, in their order: no server is asked, no activity is run. */
export async function* replay(
  histories: AsyncIterable<HistoryAndWorkflowId> | Iterable<HistoryAndWorkflowId>,
  options: ReplayOptions = {},
): AsyncIterable<Replayed> {
  const playback = {
    workflowBundle: await workflowBundle(silence, options.workflowBundle),
    dataConverter: { payloadCodecs: [createPayloadCodec(loadPayloadKeys(options.payloadKeys))] },
    sinks: noSinks,
  };
  for await (const { workflowId, runId, error } of Worker.runReplayHistories(playback, histories))
    yield { workflowId, runId, ...(error !== undefined && { problem: reasonOf(error.message) }) };
}

/** The sentence that a person can do something with, without the wrapping of the SDK. */
function reasonOf(message: string): string {
  const [, inner] = /message: "((?:[^"\\]|\\.)*)"/.exec(message) ?? [];
  const [, details] = /Details: (.*)$/s.exec(message) ?? [];
  return (inner ?? details ?? message).replaceAll(/\s+/g, ' ').replace('[TMPRL1100] ', '').trim();
}
