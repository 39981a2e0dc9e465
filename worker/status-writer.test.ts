import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createPlanner, type Planner } from '../activities/planner.ts';
import type { ClusterCache } from '../kube/cluster-cache.ts';
import type { KubeClient } from '../kube/client.ts';
import { aSet } from '../model/objects.fixture.ts';
import type { ClusterView, Condition, SetKey, StatefulSet } from '../model/objects.ts';
import { runStatusWriter } from './status-writer.ts';

const key: SetKey = { flavour: 'apps/v1', namespace: 'shop', name: 'web' };

/** A set without pods whose status the writer has yet to see, beside others at work. */
function startWriter(observedGeneration: number, setsAstir: number, conditions: readonly Condition[] = []) {
  const set = aSet({}, { observedGeneration, replicas: 0, conditions: [...conditions] });
  const view: ClusterView = { set, pods: [], claims: new Map(), revisions: [] };
  let changed: (key: SetKey) => void = () => undefined;
  const cache = {
    sets: () => [],
    view: () => view,
    version: () => 1,
    observe: () => undefined,
    onAnyChange: (listener: typeof changed) => {
      changed = listener;
      return () => undefined;
    },
  } as unknown as ClusterCache;
  const writes: number[] = [];
  let written: StatefulSet = set;
  const client = {
    replaceStatus: async (_: unknown, __: string, ___: string, body: StatefulSet) => {
      writes.push(Math.round(performance.now()));
      written = body;
      return body;
    },
  } as unknown as KubeClient;
  const planner: Planner = { ...createPlanner(cache, Date.now), setsAstir: () => setsAstir };
  const stop = new AbortController();
  const running = runStatusWriter(
    {
      cache,
      client,
      planner,
      events: { record: () => undefined, dropped: () => 0, flush: () => Promise.resolve() },
      clock: () => Date.now(),
      stopwatch: () => performance.now(),
      onProblem: (problem) => {
        throw problem;
      },
    },
    stop.signal,
  );
  return {
    observed: () => written.status?.observedGeneration,
    /** ms from the change until the status is written. */
    async untilWritten(): Promise<number | undefined> {
      const from = performance.now();
      changed(key);
      await vi.advanceTimersByTimeAsync(10_000);
      const [at] = writes;
      return at === undefined ? undefined : Math.round(at - from);
    },
    async end() {
      stop.abort();
      await running;
    },
  };
}

describe('the status writer', () => {
  beforeEach(() => vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'] }));
  afterEach(() => vi.useRealTimers());

  it.each([
    ['at once what is new to it', 0, 100, 50],
    ['a few times a second while pods move', 1, 0, 400],
    ['less often where others are at work', 1, 10, 800],
    ['every three seconds where very many are', 1, 1_000, 3_000],
  ])('writes %s', async (_, observedGeneration, setsAstir, ms) => {
    const writer = startWriter(observedGeneration, setsAstir);
    expect(await writer.untilWritten()).toBe(ms);
    await writer.end();
  });

  it('tells that a generation is observed when it has been refused for five seconds, though nothing changes (SS-99)', async () => {
    const writer = startWriter(0, 0, [{ type: 'ReplicaFailure', status: 'True', reason: 'QuotaExceeded' }]);
    await writer.untilWritten();
    expect(writer.observed()).toBe(1);
    await writer.end();
  });
});
