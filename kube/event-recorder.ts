import type { StatefulSet } from '../model/objects.ts';
import type { KubeClient } from './client.ts';
import { events } from './resources.ts';
import { sleep } from './sleep.ts';
import { rfc3339 } from '../model/readiness.ts';

export interface EventRecorder {
  /** Records an event on the set. Returns at once; an event that cannot be written is dropped and counted, never an error. */
  record(set: StatefulSet, type: 'Normal' | 'Warning', reason: string, message: string): void;
  /** Events that were not written: too many, or refused. */
  dropped(): number;
  /** Resolves when everything recorded so far is written. */
  flush(): Promise<void>;
}

/**
 * Normal events of one set: this many at once, then one each `refillMs`. client-go's recorder has the same burst and forgets far more
 * (SS-108); warnings are never held back.
 */
const burst = 25;
const refillMs = 10_000;

/** Events that wait to be written. */
const mostWaiting = 5000;
/**
 * One event is written at a time, with a pause after each: telling must not slow down doing, and the events of a burst would cost the server
 * as much as the burst. The pauses are such that none is written more than `latestMs` after it was recorded; what a warning finds waiting is
 * written without any, and the warning after it. In ms.
 */
const longestPauseMs = 200;
const latestMs = 5_000;

/** The same event again within this time counts up the one that is there, as client-go's recorder does (SS-108), in ms. */
const seriesMs = 600_000;

/** Events that are one object: the same set, reason and message. */
interface Series {
  readonly namespace: string;
  readonly body: { readonly metadata: { readonly name: string }; readonly type: 'Normal' | 'Warning' };
  count: number;
  lastAt: number;
  isWritten: boolean;
  isQueued: boolean;
  /** By the stopwatch. */
  queuedAt: number;
}

/**
 * Writes Kubernetes Events from the component `statefulset-controller` (SS-104), as a trickle behind the real work. `clock` (ms since the
 * epoch) is what they are dated by, `stopwatch` (ms) what their budget is counted by.
 */
export function createEventRecorder(client: KubeClient, clock: () => number, stopwatch: () => number): EventRecorder {
  const waiting: Series[] = [];
  const known = new Map<string, Series>();
  let writing: Promise<void> | undefined;
  let haste = new AbortController();
  let dropped = 0;
  let serial = 0;
  const budgets = new Map<string, { left: number; at: number }>();

  const mayTell = (uid: string): boolean => {
    const now = stopwatch();
    const budget = budgets.get(uid) ?? { left: burst, at: now };
    const left = Math.min(burst, budget.left + (now - budget.at) / refillMs);
    if (left < 1) return false;
    putLast(budgets, uid, { left: left - 1, at: now });
    return true;
  };

  const write = async (series: Series): Promise<void> => {
    const { namespace, body, count } = series;
    const told = { count, lastTimestamp: rfc3339(series.lastAt) };
    if (series.isWritten) await client.patch(events, namespace, body.metadata.name, told, 'merge');
    else await client.create(events, namespace, { ...body, ...told });
    series.isWritten = true;
    series.isQueued = false;
    if (series.count > count) enqueue(series);
  };

  const pauseMs = (): number => {
    const [next] = waiting;
    if (next === undefined) return longestPauseMs;
    const leftMs = next.queuedAt + latestMs - stopwatch();
    return Math.max(0, Math.min(longestPauseMs, leftMs / waiting.length));
  };

  const writeAll = async (): Promise<void> => {
    for (let series = waiting.shift(); series !== undefined; series = waiting.shift()) {
      try {
        await write(series);
      } catch {
        dropped += 1;
        // Events expire: what is told next begins anew.
        series.lastAt = -Infinity;
        series.isQueued = false;
      }
      await sleep(pauseMs(), haste.signal).catch(() => undefined);
    }
    writing = undefined;
    haste = new AbortController();
  };

  const enqueue = (series: Series): void => {
    if (series.isQueued) return;
    series.isQueued = true;
    series.queuedAt = stopwatch();
    waiting.push(series);
    writing ??= writeAll();
    if (series.body.type === 'Warning') haste.abort();
  };

  return {
    record(set, type, reason, message) {
      if (waiting.length >= mostWaiting || (type === 'Normal' && !mayTell(set.metadata.uid))) {
        dropped += 1;
        return;
      }
      const { name, uid, resourceVersion } = set.metadata;
      const now = clock();
      const text = `${uid} ${reason} ${message}`;
      const former = known.get(text);
      if (former !== undefined && now - former.lastAt < seriesMs) {
        former.count += 1;
        former.lastAt = now;
        return enqueue(former);
      }
      const namespace = set.metadata.namespace ?? 'default';
      serial += 1;
      const body = {
        metadata: { name: `${name}.${now.toString(16)}${process.pid.toString(16)}${serial.toString(16)}`, namespace },
        involvedObject: { apiVersion: set.apiVersion, kind: set.kind, namespace, name, uid, resourceVersion },
        type,
        reason,
        message: message.slice(0, 1024),
        source: { component: 'statefulset-controller' },
        reportingComponent: 'statefulset-controller',
        firstTimestamp: rfc3339(now),
      };
      const series = { namespace, body, count: 1, lastAt: now, isWritten: false, isQueued: false, queuedAt: 0 };
      putLast(known, text, series);
      enqueue(series);
    },
    dropped: () => dropped,
    async flush() {
      haste.abort();
      await writing;
    },
  };
}

/** Keeps the newest entries only. */
function putLast<Value>(map: Map<string, Value>, key: string, value: Value): void {
  map.delete(key);
  map.set(key, value);
  const oldest = map.keys().next();
  if (map.size > mostWaiting && !oldest.done) map.delete(oldest.value);
}
