import type { StatefulSet } from '../model/objects.ts';
import type { KubeClient } from './client.ts';
import { events } from './resources.ts';

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

/** Events under way at once, and waiting: telling must not slow down doing. */
const mostUnderWay = 2;
const mostWaiting = 5000;

/** Writes Kubernetes Events from the component `statefulset-controller` (SS-104), as a trickle behind the real work. */
export function createEventRecorder(client: KubeClient, clock: () => number): EventRecorder {
  const waiting: { readonly namespace: string; readonly body: { readonly metadata: { readonly name: string } } }[] = [];
  let underWay = 0;
  let dropped = 0;
  let serial = 0;
  const idle: (() => void)[] = [];
  const budgets = new Map<string, { left: number; at: number }>();

  const mayTell = (uid: string): boolean => {
    const now = clock();
    const budget = budgets.get(uid) ?? { left: burst, at: now };
    const left = Math.min(burst, budget.left + (now - budget.at) / refillMs);
    if (left < 1) return false;
    budgets.delete(uid);
    budgets.set(uid, { left: left - 1, at: now });
    const oldest = budgets.keys().next();
    if (budgets.size > mostWaiting && !oldest.done) budgets.delete(oldest.value);
    return true;
  };

  const next = (): void => {
    const event = waiting.shift();
    if (event === undefined) {
      if (underWay === 0) for (const resolve of idle.splice(0)) resolve();
      return;
    }
    underWay += 1;
    client
      .create(events, event.namespace, event.body)
      .catch(() => (dropped += 1))
      .finally(() => {
        underWay -= 1;
        next();
      })
      .catch(() => undefined);
  };

  return {
    record(set, type, reason, message) {
      if (waiting.length >= mostWaiting || (type === 'Normal' && !mayTell(set.metadata.uid))) {
        dropped += 1;
        return;
      }
      const { name, uid, resourceVersion } = set.metadata;
      const namespace = set.metadata.namespace ?? 'default';
      const at = new Date(clock()).toISOString().replace(/\.\d+Z$/, 'Z');
      serial += 1;
      const body = {
        metadata: {
          name: `${name}.${clock().toString(16)}${process.pid.toString(16)}${serial.toString(16)}`,
          namespace,
        },
        involvedObject: { apiVersion: set.apiVersion, kind: set.kind, namespace, name, uid, resourceVersion },
        type,
        reason,
        message: message.slice(0, 1024),
        source: { component: 'statefulset-controller' },
        reportingComponent: 'statefulset-controller',
        firstTimestamp: at,
        lastTimestamp: at,
        count: 1,
      };
      waiting.push({ namespace, body });
      if (underWay < mostUnderWay) next();
    },
    dropped: () => dropped,
    flush: () =>
      underWay === 0 && waiting.length === 0 ? Promise.resolve() : new Promise((resolve) => idle.push(resolve)),
  };
}
