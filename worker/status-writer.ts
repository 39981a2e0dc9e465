import type { Look, Planner } from '../activities/planner.ts';
import type { KubeClient } from '../kube/client.ts';
import type { ClusterCache } from '../kube/cluster-cache.ts';
import { isConflict, isNotFound } from '../kube/errors.ts';
import type { EventRecorder } from '../kube/event-recorder.ts';
import { setsOf } from '../kube/resources.ts';
import { setKeyText } from '../kube/set-key.ts';
import { longestTimerMs } from '../kube/sleep.ts';
import { aborted } from './retrying.ts';
import { stretched } from './stretched.ts';
import { type FirstPass, refusedPassMs } from '../model/first-pass.ts';
import type { SetKey, StatefulSet, StatefulSetStatus } from '../model/objects.ts';
import { revisionNames } from '../model/revisions.ts';
import { conflictingClaims } from '../model/mends.ts';
import { nextPass, statusInputOf } from '../model/status-input.ts';
import { projectStatus, sameStatus } from '../model/status.ts';

export interface StatusWriterOptions {
  readonly cache: ClusterCache;
  readonly client: KubeClient;
  readonly planner: Planner;
  readonly events: EventRecorder;
  readonly clock: () => number;
  readonly stopwatch: () => number;
  readonly onProblem: (problem: unknown, key: SetKey) => void;
  /**
   * Shortest time between a change and the write that tells of it, in ms. Default 50; eight times that while an operation moves pods, and
   * longer the more sets are at work, up to sixty times.
   */
  readonly everyMs?: number;
}

/** After a write that came too late the set is looked at again when its event comes, or after this time, in ms. */
const conflictMs = 1_000;

/**
 * Writes what the planner sees into the status of each set: only when it differs, seldom enough, and never over a version of the set that
 * it has not seen, so that a holder of the lease that was frozen and thaws cannot do harm.
 */
export async function runStatusWriter(options: StatusWriterOptions, signal: AbortSignal): Promise<void> {
  const pending = new Map<string, { readonly timer: NodeJS.Timeout; readonly at: number }>();
  const writing = new Set<string>();
  const telling: Telling = { ...options, conflicts: new Map(), passes: new Map() };
  const everyMs = options.everyMs ?? 50;

  /** The earlier of two appointments counts: what time alone will change must not hold up what has changed now. */
  const schedule = (key: SetKey, ms: number): void => {
    const text = setKeyText(key);
    const at = options.stopwatch() + ms;
    const former = pending.get(text);
    if (signal.aborted || (former !== undefined && former.at <= at)) return;
    clearTimeout(former?.timer);
    pending.set(text, { at, timer: setTimeout(() => run(key, text), Math.min(ms, longestTimerMs)) });
  };

  const run = (key: SetKey, text: string): void => {
    pending.delete(text);
    if (writing.has(text)) return schedule(key, everyMs);
    writing.add(text);
    write(telling, key)
      .then(
        (wakeAt) => wakeAt !== undefined && schedule(key, Math.max(wakeAt - options.clock(), everyMs)),
        (error: unknown) => {
          options.onProblem(error, key);
          schedule(key, 1_000);
        },
      )
      .finally(() => writing.delete(text))
      .catch(() => undefined);
  };

  const patience = (look: Look | undefined): number =>
    isMoving(look) ? stretched(everyMs * 8, options.planner.setsAstir(), everyMs * 60) : everyMs;
  const stop = options.cache.onAnyChange((key) => {
    const look = options.planner.look(key);
    if (look === undefined) telling.passes.delete(setKeyText(key));
    else passOf(telling, key, look);
    schedule(key, patience(look));
  });
  try {
    for (const key of options.cache.sets()) schedule(key, 0);
    await aborted(signal);
  } finally {
    stop();
    for (const { timer } of pending.values()) clearTimeout(timer);
  }
}

interface Telling extends StatusWriterOptions {
  /** What was last told of the claims of a set, by its uid. */
  readonly conflicts: Map<string, string>;
  /** How far the newest generation of each set has come. */
  readonly passes: Map<string, FirstPass>;
}

function passOf({ passes, clock }: Telling, key: SetKey, { view, plan, chores }: Look): FirstPass {
  const text = setKeyText(key);
  const pass = nextPass(passes.get(text), view.set, plan, chores.length > 0, clock());
  passes.set(text, pass);
  return pass;
}

/** An event for each claim that another controller owns (SS-42, SS-107): once, and again when others do. */
function tellConflicts({ conflicts, events }: Telling, { view, plan }: Look): void {
  const { set } = view;
  const found = conflictingClaims(view, plan.slots);
  const text = found.join();
  if ((conflicts.get(set.metadata.uid) ?? '') === text) return;
  if (text === '') conflicts.delete(set.metadata.uid);
  else conflicts.set(set.metadata.uid, text);
  for (const message of found) events.record(set, 'Warning', 'ConflictingController', message);
}

/** Between its first and its last step an operation changes the counters faster than anybody reads them. */
function isMoving(look: Look | undefined): boolean {
  if (look === undefined) return false;
  const { metadata, status } = look.view.set;
  return (
    look.plan.steps.length > 0 &&
    look.plan.waiting?.stuck !== true &&
    status?.observedGeneration === metadata.generation
  );
}

/** Writes the status if it differs; answers when time alone will change it. */
async function write(options: Telling, key: SetKey): Promise<number | undefined> {
  const { cache, client, planner, events, clock } = options;
  const look = planner.look(key);
  if (look === undefined) return undefined;
  const { set } = look.view;
  const pass = passOf(options, key, look);
  const status = statusOf(look, pass, clock());
  const givenUpAt = pass.since + refusedPassMs;
  const isAhead = pass.todo.size > 0 && givenUpAt > clock();
  const wakeAt = earlier(look.plan.wakeAt, isAhead ? givenUpAt : undefined);
  tellConflicts(options, look);
  if (sameStatus(set.status, status)) return wakeAt;
  try {
    const written = await client.replaceStatus(setsOf(key.flavour), key.namespace, key.name, { ...set, status });
    cache.observe('sets', written);
    tell(events, set, status);
  } catch (error) {
    // Somebody else has written the set: its event is on the way and brings us back here, at the latest when a silent watch is made anew.
    if (!isConflict(error) && !isNotFound(error)) throw error;
    return clock() + conflictMs;
  }
  return wakeAt;
}

/** The earlier of two instants, of which each may never come. */
function earlier(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? (a ?? b) : Math.min(a, b);
}

function statusOf({ view, choice, chores, plan }: Look, pass: FirstPass, now: number): StatefulSetStatus {
  return projectStatus(view, revisionNames(choice), statusInputOf(view.set, plan, chores.length > 0, pass), now);
}

/** An event when a set gets stuck, or is stuck for another reason than before. */
function tell(events: EventRecorder, set: StatefulSet, status: StatefulSetStatus): void {
  const stalled = (of: StatefulSetStatus | undefined) =>
    of?.conditions?.find(({ type, status }) => type === 'Stalled' && status === 'True');
  const now = stalled(status);
  if (now?.reason === undefined || now.reason === stalled(set.status)?.reason) return;
  events.record(set, 'Warning', now.reason, now.message ?? now.reason);
}
