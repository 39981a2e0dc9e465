import { createWriteStream, type WriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import type { KubeConfig } from '@kubernetes/client-node';
import { connect, type Connection } from './connection.ts';
import type { WatchEvent } from './objects.ts';
import { WatchStream } from './watch-stream.ts';

export interface RecorderOptions {
  /** Path of a kubeconfig whose current context may list and watch pods, claims, sets and revisions of the whole cluster; or one that is loaded. */
  readonly kubeconfig: string | KubeConfig;
  /** Namespaces under test; default all. They need not exist yet. */
  readonly namespaces?: readonly string[];
  /** Where the watch log goes, as JSON lines; overwritten. Default: kept in memory only. */
  readonly file?: string;
}

export interface Recorder {
  /** What was recorded so far, in the order of arrival: `check` sorts it. */
  readonly events: readonly WatchEvent[];
  /**
   * Stretches in which a watch was lost so that it had to be made up from a list: what came and went in between is not in the log, so a verdict on
   * it is worth less. Empty in a good recording.
   */
  readonly gaps: readonly string[];
  /** Resolves when everything that the server holds now has been recorded. Rejects after `timeoutMs`, default 10,000. */
  settle(timeoutMs?: number): Promise<void>;
  /** Settles, unless told not to (the server may be gone), ends the watches and closes the file. */
  stop(options?: { readonly settle?: boolean }): Promise<readonly WatchEvent[]>;
}

const paths = [
  '/api/v1/pods',
  '/api/v1/persistentvolumeclaims',
  '/apis/apps/v1/statefulsets',
  '/apis/apps/v1/controllerrevisions',
  '/apis/ordinal.dev/v1/statefulsets',
];

/**
 * Begins to record the watch log of pods, claims, sets of both flavours and their revisions. Resolves when every kind has been listed and is being
 * watched: await it before the first write of the test. Our own resource may be installed later.
 */
export async function record({ kubeconfig, namespaces, file }: RecorderOptions): Promise<Recorder> {
  const connection = await connect(kubeconfig);
  const out = file === undefined ? undefined : createWriteStream(file);
  const events: WatchEvent[] = [];
  const gaps: string[] = [];
  const tested = namespaces && new Set(namespaces);
  const onEvent = (event: WatchEvent): void => {
    if (tested !== undefined && !tested.has(event.object.metadata.namespace ?? '')) return;
    events.push(event);
    out?.write(`${JSON.stringify(event)}\n`);
  };
  const onGap = (gap: string): void => void gaps.push(gap);
  const streams = paths.map((path) => new WatchStream(connection, path, { onEvent, onGap }));
  try {
    await Promise.all(streams.map((stream) => stream.listed));
  } catch (error) {
    await end(streams, connection, out);
    throw error;
  }
  const settle = async (timeoutMs = 10_000): Promise<void> => {
    await Promise.all(streams.map((stream) => stream.settle(timeoutMs)));
  };
  return {
    events,
    gaps,
    settle,
    async stop({ settle: settles = true } = {}) {
      try {
        if (settles) await settle();
      } finally {
        await end(streams, connection, out);
      }
      return events;
    },
  };
}

async function end(
  streams: readonly WatchStream[],
  connection: Connection,
  out: WriteStream | undefined,
): Promise<void> {
  await Promise.all(streams.map((stream) => stream.stop()));
  await connection.close();
  if (out === undefined) return;
  out.end();
  await finished(out);
}
