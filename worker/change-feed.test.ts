import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Look, Planner } from '../activities/planner.ts';
import type { ClusterCache } from '../kube/cluster-cache.ts';
import type { SetKey } from '../model/objects.ts';
import { type OpenWorkflow, runChangeFeed } from './change-feed.ts';

const key: SetKey = { flavour: 'apps/v1', namespace: 'shop', name: 'web' };

interface State {
  readonly acts?: readonly number[];
  readonly steps?: number;
  readonly heldBack?: number;
  readonly stuck?: boolean;
}

/** A feed whose cluster is what the test says: one set, and `others` that are always like it. */
function startFeed(first: State | undefined, open: readonly OpenWorkflow[] = [], others = 0) {
  let state = first;
  let listener: (key: SetKey) => void = () => undefined;
  const woken: string[] = [];
  const stop = new AbortController();
  let failing = 0;
  let answering = Promise.resolve();
  const planner: Planner = {
    setsAstir: () => 0,
    look: () =>
      state &&
      ({
        view: { set: { metadata: {} } },
        chores: [],
        plan: {
          acts: new Map((state.acts ?? []).map((ordinal) => [ordinal, 'create'])),
          steps: Array.from({ length: state.steps ?? state.acts?.length ?? 0 }),
          promote: false,
          heldBack: state.heldBack ?? 0,
          waiting: state.stuck === undefined ? undefined : { stuck: state.stuck },
          desired: { aborted: false, held: state.heldBack !== undefined },
          revisions: { update: 'web-1', current: 'web-1' },
        },
      } as unknown as Look),
  };
  const cache = {
    sets: () => {
      const names = Array.from({ length: others }, (_, index) => `other${index}`);
      return state === undefined ? [] : [key, ...names.map((name) => ({ ...key, name }))];
    },
    onAnyChange: (on: typeof listener) => {
      listener = on;
      return () => undefined;
    },
  } as unknown as ClusterCache;
  const running = runChangeFeed(
    {
      cache,
      planner,
      clock: () => Date.now(),
      stopwatch: () => performance.now(),
      wake: async ({ name }) => {
        if (name !== key.name) return;
        if (failing-- > 0) throw new Error('Temporal is away');
        woken.push('wake');
        await answering;
      },
      wakeGone: async () => void woken.push('gone'),
      open: async () => open,
      onProblem: () => undefined,
    },
    stop.signal,
  );
  return {
    woken,
    async becomes(next: State | undefined) {
      state = next;
      listener(key);
      await vi.advanceTimersByTimeAsync(0);
    },
    failNext(times: number) {
      failing = times;
    },
    /** Holds back the answers to what is sent from now on, until what is returned is called. */
    hold() {
      let release = () => {};
      answering = new Promise((resolve) => (release = resolve));
      return () => release();
    },
    async end() {
      stop.abort();
      await running;
    },
  };
}

describe('the change feed', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('leaves a settled set alone, whatever its pods do and however often the feed starts', async () => {
    const feed = startFeed({ steps: 0 });
    for (let change = 0; change < 100; change++) await feed.becomes({ steps: 0 });
    await vi.advanceTimersByTimeAsync(600_000);
    expect(feed.woken).toEqual([]);
    await feed.end();
  });

  it('tells at once that a settled set has something to do, and once', async () => {
    const feed = startFeed({ steps: 0 });
    await feed.becomes({ acts: [0], steps: 3 });
    expect(feed.woken).toEqual(['wake']);
    await feed.becomes({ acts: [0], steps: 3 });
    await feed.becomes({ steps: 3 });
    expect(feed.woken).toEqual(['wake']);
    await feed.end();
  });

  it('says nothing while an operation acts on what it may', async () => {
    const feed = startFeed({ acts: [0], steps: 50 });
    for (let ordinal = 0; ordinal < 50; ordinal++) {
      await feed.becomes({ acts: [ordinal], steps: 50 - ordinal });
      await vi.advanceTimersByTimeAsync(300);
      await feed.becomes({ steps: 50 - ordinal });
      await vi.advanceTimersByTimeAsync(300);
    }
    await feed.becomes({ steps: 0 });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(feed.woken).toEqual(['wake']);
    await feed.end();
  });

  it('tells again, less and less often, what stays undone', async () => {
    const feed = startFeed({ acts: [0] });
    await vi.advanceTimersByTimeAsync(499);
    expect(feed.woken).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(feed.woken).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(feed.woken).toHaveLength(3);
    await vi.advanceTimersByTimeAsync(600_000);
    expect(feed.woken.length).toBeGreaterThan(8);
    expect(feed.woken.length).toBeLessThan(20);
    await feed.end();
  });

  it.each([
    [100, 5_500],
    [400, 10_000],
  ])('tells again later where %d other sets have something undone: after %d ms', async (sets, ms) => {
    const feed = startFeed({ acts: [0] }, [], sets);
    await vi.advanceTimersByTimeAsync(ms - 1);
    expect(feed.woken).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(feed.woken).toHaveLength(2);
    await feed.end();
  });

  it('tells again what stays undone also when the clock is set back by an hour', async () => {
    const feed = startFeed({ acts: [0] });
    vi.setSystemTime(Date.now() - 3_600_000);
    await vi.advanceTimersByTimeAsync(500);
    expect(feed.woken).toHaveLength(2);
    await feed.end();
  });

  it('leaves an act to the step that waits for it, for as long as it does, and tells soon after that', async () => {
    const feed = startFeed({ acts: [0], steps: 3 });
    await feed.becomes({ steps: 3 });
    await vi.advanceTimersByTimeAsync(14_000);
    await feed.becomes({ acts: [1], steps: 2 });
    expect(feed.woken).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(500);
    expect(feed.woken).toHaveLength(2);
    await feed.becomes({ steps: 2 });
    await vi.advanceTimersByTimeAsync(16_000);
    await feed.becomes({ acts: [2], steps: 1 });
    expect(feed.woken).toHaveLength(3);
    await feed.end();
  });

  it.each<[string, State, number, State]>([
    ['may act again', { steps: 2 }, 3_600_000, { acts: [1], steps: 1 }],
    ['was stuck and may act again', { steps: 2, stuck: true }, 3_000, { acts: [1], steps: 2 }],
    ['was on hold and may act again', { steps: 0, heldBack: 2 }, 3_000, { acts: [1], steps: 2 }],
    ['was on hold, with nothing to do when that is over', { steps: 0, heldBack: 2 }, 3_600_000, { steps: 0 }],
    ['has come to rest by itself', { steps: 1 }, 3_600_000, { steps: 0 }],
    ['has settled, when one of its steps may have given up before', { steps: 1 }, 3_000, { steps: 0 }],
  ])('wakes a parked operation at once whose set %s', async (_, parked, ms, then) => {
    const feed = startFeed({ acts: [0], steps: 3 });
    await feed.becomes(parked);
    await vi.advanceTimersByTimeAsync(ms);
    expect(feed.woken).toHaveLength(1);
    await feed.becomes(then);
    expect(feed.woken).toHaveLength(2);
    await feed.end();
  });

  it('finds at its start an operation that was parked when its set came to rest, and an entity whose set is gone', async () => {
    const resting = startFeed({ steps: 0 }, [{ key, isOperation: true, saysStuck: false }]);
    await vi.advanceTimersByTimeAsync(0);
    expect(resting.woken).toEqual(['wake']);
    await resting.end();
    const gone = startFeed(undefined, [{ key, isOperation: false, saysStuck: false }]);
    await vi.advanceTimersByTimeAsync(0);
    expect(gone.woken).toEqual(['gone']);
    await gone.end();
  });

  it('does not wake the idle entity of a settled set at its start', async () => {
    const feed = startFeed({ steps: 0 }, [{ key, isOperation: false, saysStuck: false }]);
    await vi.advanceTimersByTimeAsync(600_000);
    expect(feed.woken).toEqual([]);
    await feed.end();
  });

  it('wakes a parked operation whose wait has become hopeless, once until it has acted again', async () => {
    const feed = startFeed({ acts: [0], steps: 2 });
    await feed.becomes({ steps: 2, stuck: false });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(feed.woken).toHaveLength(1);
    await feed.becomes({ steps: 2, stuck: true });
    expect(feed.woken).toHaveLength(2);
    for (const stuck of [false, true, false, true]) {
      await feed.becomes({ steps: 2, stuck });
      await vi.advanceTimersByTimeAsync(60_000);
    }
    expect(feed.woken).toHaveLength(2);
    await feed.becomes({ acts: [1], steps: 1 });
    await feed.becomes({ steps: 1, stuck: false });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(feed.woken).toHaveLength(3);
    await feed.becomes({ steps: 1, stuck: true });
    expect(feed.woken).toHaveLength(4);
    await feed.end();
  });

  it('leaves it to the step that is at work to see that its pod gets stuck', async () => {
    const feed = startFeed({ acts: [0], steps: 1 });
    await feed.becomes({ steps: 1, stuck: true });
    await vi.advanceTimersByTimeAsync(600_000);
    expect(feed.woken).toHaveLength(1);
    await feed.end();
  });

  it('tells an operation at its start that it is stuck only when its phase does not say so', async () => {
    for (const [saysStuck, woken] of [
      [true, []],
      [false, ['wake']],
    ] as const) {
      const feed = startFeed({ steps: 1, stuck: true }, [{ key, isOperation: true, saysStuck }]);
      await vi.advanceTimersByTimeAsync(600_000);
      expect(feed.woken).toEqual(woken);
      await feed.end();
    }
  });

  it('tries again when Temporal cannot be reached', async () => {
    const feed = startFeed({ steps: 0 });
    feed.failNext(3);
    await feed.becomes({ acts: [0] });
    expect(feed.woken).toEqual([]);
    await vi.advanceTimersByTimeAsync(3_000);
    expect(feed.woken).toHaveLength(1);
    await feed.end();
  });

  it('tells a parked operation that its set has settled, also when it could not be told at first', async () => {
    const feed = startFeed({ acts: [0], steps: 1 });
    await feed.becomes({ steps: 1 });
    await vi.advanceTimersByTimeAsync(60_000);
    feed.failNext(3);
    await feed.becomes({ steps: 0 });
    expect(feed.woken).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(feed.woken).toHaveLength(2);
    await feed.end();
  });

  it('tells a parked operation that its set has settled, also while it is still being told something else', async () => {
    const feed = startFeed({ steps: 0 });
    const release = feed.hold();
    await feed.becomes({ acts: [0], steps: 1 });
    await feed.becomes({ steps: 1 });
    await vi.advanceTimersByTimeAsync(10_000);
    await feed.becomes({ steps: 0 });
    expect(feed.woken).toHaveLength(1);
    release();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(feed.woken).toHaveLength(2);
    await feed.end();
  });

  it('tells the workflow of a set that is gone', async () => {
    const feed = startFeed({ steps: 0 });
    await feed.becomes(undefined);
    expect(feed.woken).toEqual(['gone']);
    await feed.end();
  });
});
