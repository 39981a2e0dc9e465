import type { Look, Planner } from '../activities/planner.ts';
import type { ClusterCache } from '../kube/cluster-cache.ts';
import { setKeyText } from '../kube/set-key.ts';
import { longestTimerMs } from '../kube/sleep.ts';
import { orderedDeletionFinalizer } from '../model/annotations.ts';
import type { SetKey } from '../model/objects.ts';
import { isRefused } from '../model/status-input.ts';
import { aborted, pause } from './retrying.ts';
import { stretched } from './stretched.ts';

export interface OpenWorkflow {
  readonly key: SetKey;
  /** An operation, not just the entity. */
  readonly isOperation: boolean;
  /** Its phase is `Stuck`. */
  readonly saysStuck: boolean;
}

export interface ChangeFeedOptions {
  readonly cache: ClusterCache;
  readonly planner: Planner;
  /** ms since the epoch. */
  readonly clock: () => number;
  /** ms since some moment; only goes forward. */
  readonly stopwatch: () => number;
  /** Wakes the workflow of a set, and starts it where there is none. */
  readonly wake: (key: SetKey) => Promise<void>;
  /** Wakes the workflow of a set that is gone, if there is one. */
  readonly wakeGone: (key: SetKey) => Promise<void>;
  /** Workflows that are open: their set may have settled, or gone, while nobody looked. */
  readonly open: () => Promise<readonly OpenWorkflow[]>;
  readonly onProblem: (problem: unknown, key?: SetKey) => void;
}

/** A running operation acts on what it may act on within this time; what stays undone for longer is told to it, in ms. */
const lingerMs = 500;
const longestLingerMs = 120_000;
/** That time is longer where other sets have something undone: to tell a busy server costs all of them. In ms. */
const longestFirstLingerMs = 10_000;
/** The same for what the API server refuses: asking whether it still does costs no history. */
const longestRefusedMs = 30_000;
/** A step looks for itself for 20 s: an act that becomes possible later than this after the last one may have to wake its operation, in ms. */
const parkedAfterMs = 15_000;
/** An operation whose set is stuck or on hold parks after 3 s at the earliest; so may one whose set has settled, as of one pod in many. */
const soonParkedAfterMs = 2_500;

interface Watched {
  /** An operation is believed to be under way. */
  running: boolean;
  /** Since there was last something to do, it has been told, or has seen, that nothing will come of waiting. */
  saysStuck: boolean;
  /** Since there was last something to do, the set was stuck or on hold. */
  parksSoon: boolean;
  /** When there was last something to do, by the stopwatch. */
  busyAt: number;
  /** What there was to do. */
  todo: string;
  lingerMs: number;
  timer: NodeJS.Timeout | undefined;
  sending: boolean;
  again: boolean;
}

/** An operation that may not have heard what it was to be told is told again, as one that has been parked for long. */
const unheard = { running: true, saysStuck: false, busyAt: -Infinity };

/**
 * Tells the workflow of a set that there is something to do: when a settled set stops being so, when what could be done stays undone, and
 * when a parked operation has reached its end, or what it waits for will not come by itself any more. A settled set is never told anything, whatever its pods do.
 *
 * All decisions are the planner's. At most one signal is under way for each set; one that cannot be sent is sent later.
 */
export async function runChangeFeed(options: ChangeFeedOptions, signal: AbortSignal): Promise<void> {
  const feed = new ChangeFeed(options);
  const stop = options.cache.onAnyChange((key) => feed.consider(key));
  try {
    for (const key of options.cache.sets()) feed.consider(key);
    await feed.recall(signal);
    await aborted(signal);
  } finally {
    stop();
    feed.stop();
  }
}

class ChangeFeed {
  readonly #options: ChangeFeedOptions;
  readonly #watched = new Map<string, Watched>();
  /** Sets of which something could be done. */
  readonly #undone = new Set<Watched>();
  #stopped = false;

  constructor(options: ChangeFeedOptions) {
    this.#options = options;
  }

  /** Asks Temporal once what it has open: what has ended in the cluster meanwhile is told. */
  async recall(signal: AbortSignal): Promise<void> {
    for (let waitMs = 500; !signal.aborted; waitMs = Math.min(waitMs * 2, 2_000)) {
      try {
        for (const { key, isOperation, saysStuck } of await this.#options.open()) {
          if (isOperation) Object.assign(this.#of(key), { running: true, saysStuck });
          if (isOperation || this.#options.planner.look(key) === undefined) this.consider(key);
        }
        return;
      } catch (error) {
        this.#options.onProblem(error);
        await pause(waitMs, signal);
      }
    }
  }

  stop(): void {
    this.#stopped = true;
    for (const { timer } of this.#watched.values()) clearTimeout(timer);
  }

  consider(key: SetKey): void {
    if (this.#stopped) return;
    const watched = this.#of(key);
    const look = this.#options.planner.look(key);
    const todo = look === undefined ? '' : todoOf(look);
    if (todo === '') this.#undone.delete(watched);
    else this.#undone.add(watched);
    if (look === undefined) return this.#send(key, watched);
    const now = this.#options.stopwatch();
    clearTimeout(watched.timer);
    if (todo === '') {
      watched.todo = '';
      if (look.plan.waiting?.stuck === true || look.plan.desired.held) watched.parksSoon = true;
      // What a pause holds back is an operation's work still: it is parked, and may end by another change than one that it can act on.
      const isAborted = look.plan.desired.aborted;
      const isOver = isAborted || (look.plan.steps.length === 0 && look.plan.heldBack === 0);
      if (watched.running && isOver) {
        watched.running = false;
        // A step that waits for its pod does not hear of an abort: the operation is told to look when the step has ended.
        const waits = isAborted && look.plan.steps.length > 0;
        if (waits || now - watched.busyAt > soonParkedAfterMs) this.#send(key, watched);
      } else if (watched.running && look.plan.waiting?.stuck === true && !watched.saysStuck) {
        watched.saysStuck = true;
        if (now - watched.busyAt > parkedAfterMs) this.#send(key, watched);
      }
      if (look.plan.wakeAt !== undefined) this.#later(key, watched, look.plan.wakeAt - this.#options.clock());
      return;
    }
    const parkedAfter = watched.parksSoon ? soonParkedAfterMs : parkedAfterMs;
    const mayBeIdle = !watched.running || now - watched.busyAt > parkedAfter;
    Object.assign(watched, { saysStuck: false, parksSoon: false });
    const lingers = watched.todo === todo;
    // Asked each time: of many sets that begin together the first is alone when it does.
    const patienceMs = stretched(lingerMs, this.#undone.size - 1, longestFirstLingerMs);
    watched.lingerMs = lingers ? Math.max(watched.lingerMs, patienceMs) : patienceMs;
    const isDue = lingers && now - watched.busyAt >= watched.lingerMs;
    if (mayBeIdle || isDue) {
      const longest = isRefused(look.view.set) ? longestRefusedMs : longestLingerMs;
      if (isDue) watched.lingerMs = Math.min(watched.lingerMs * 2, longest);
      watched.busyAt = now;
      this.#send(key, watched);
    } else if (!lingers) {
      watched.busyAt = now;
    }
    watched.todo = todo;
    watched.running = true;
    this.#later(key, watched, watched.busyAt + watched.lingerMs - now);
  }

  #later(key: SetKey, watched: Watched, ms: number): void {
    clearTimeout(watched.timer);
    watched.timer = setTimeout(() => this.consider(key), Math.min(Math.max(ms, 1), longestTimerMs));
  }

  #send(key: SetKey, watched: Watched): void {
    if (watched.sending) {
      watched.again = true;
      return;
    }
    watched.sending = true;
    const exists = this.#options.planner.look(key) !== undefined;
    const sent = exists ? this.#options.wake(key) : this.#options.wakeGone(key);
    sent.then(
      () => {
        watched.sending = false;
        if (!exists && this.#options.planner.look(key) === undefined) {
          clearTimeout(watched.timer);
          this.#watched.delete(setKeyText(key));
        } else if (watched.again || !exists) {
          if (watched.again) Object.assign(watched, unheard);
          watched.again = false;
          this.consider(key);
        }
      },
      (error: unknown) => {
        watched.sending = false;
        this.#options.onProblem(error, key);
        Object.assign(watched, unheard);
        if (!this.#stopped) this.#later(key, watched, 1_000);
      },
    );
  }

  #of(key: SetKey): Watched {
    const text = setKeyText(key);
    let watched = this.#watched.get(text);
    if (watched === undefined) {
      watched = {
        running: false,
        saysStuck: false,
        parksSoon: false,
        busyAt: -Infinity,
        todo: '',
        lingerMs,
        timer: undefined,
        sending: false,
        again: false,
      };
      this.#watched.set(text, watched);
    }
    return watched;
  }
}

/** What could be done right now, as a text to compare; empty when nothing could. */
function todoOf({ view, chores, plan }: Look): string {
  const { deletionTimestamp, finalizers } = view.set.metadata;
  const mayGo =
    deletionTimestamp !== undefined && plan.steps.length === 0 && finalizers?.includes(orderedDeletionFinalizer);
  const acts = [...plan.acts].map(([ordinal, act]) => `${act} ${ordinal}`);
  const rest = chores.map(({ kind }) => kind);
  return [
    ...acts,
    ...rest,
    ...(plan.promote ? [`promote ${plan.revisions.update}`] : []),
    ...(mayGo ? ['let go'] : []),
  ].join(', ');
}
