import type { KubeClient } from '../kube/client.ts';
import type { SetFlavour, StatefulSet } from '../model/objects.ts';
import type { Counts, Operation as Kind } from '../model/plan.ts';
import type { Waiting } from '../model/waiting.ts';
import { translate } from './errors.ts';
import { followSet } from './follow-set.ts';
import { longTimer } from './long-timer.ts';
import { type Outcome, outcomeOf, stuckOn, type Target } from './outcome.ts';
import type { RequestOptions } from './request.ts';
import { lookAt, type SetLook } from './set-view.ts';
import { type Phase, summarize } from './summary.ts';

/** How far an operation is. */
export interface Progress {
  readonly phase: Phase;
  readonly message: string;
  readonly operation?: Kind;
  readonly generation: number;
  readonly step: { readonly done: number; readonly total: number };
  readonly counts: Counts;
  readonly waiting?: Waiting;
}

export interface ResultOptions {
  /** How long to wait at most, in ms. Default: for ever. */
  readonly timeoutMs?: number;
  /** How long it must have been stuck to be told so, in ms. Default 30 000; `Infinity`: go on waiting. */
  readonly stuckAfterMs?: number;
  /** Called with how far it is, at once and after every change, as `progress()` tells it. */
  readonly onProgress?: (progress: Progress) => void;
  readonly signal?: AbortSignal;
}

/**
 * A change that was asked for: (uid of the set, generation). It needs nothing of the process that asked: its state is read from the cluster.
 *
 * @example
 * ```ts
 * import { OrdinalClient } from 'ordinal-k8s/client';
 *
 * const ordinal = await OrdinalClient.connect();
 * const restart = await ordinal.statefulSet('shop', 'web').restart({ reason: 'new certificates' });
 * for await (const { step, message } of restart.progress()) console.log(`${step.done}/${step.total} ${message}`);
 * const end = await restart.result();
 * if (end.outcome === 'stuck') console.error(end.waiting.message);
 * console.log(end.outcome);
 * await ordinal.close();
 * ```
 */
export interface OperationHandle {
  /** The id of the request, as in the annotation `ordinal.dev/request-id`. */
  readonly id: string;
  readonly uid: string;
  readonly generation: number;
  readonly flavour: SetFlavour;
  /** The set as the request left it. */
  readonly set: StatefulSet;
  /** False when there was nothing to change, or this request had been made before. */
  readonly changed: boolean;
  /** Whose change was still under way when this one was made, where it was somebody else's. */
  readonly overtakes?: { readonly by: string; readonly reason?: string };
  /** How far it is now, and after every change, until it has an outcome (stuck is none: it may go on). */
  progress(options?: { readonly signal?: AbortSignal }): AsyncIterable<Progress>;
  /** Waits for the end. Rejects only when the API server refuses to tell, or with the signal's reason. */
  result(options?: ResultOptions): Promise<Outcome>;
  /**
   * Aborts what is still under way of it, at the next safe point; the set is then held until `retry()`. False, and nothing is done, when it has ended
   * already: also when a newer change has taken its place. Rejects with `Refused` for a deletion, which nobody can take back.
   */
  cancel(options?: RequestOptions): Promise<boolean>;
  /** Where the set's workflow is shown in the Temporal UI; undefined when it is not known where that is. */
  uiLink(): Promise<string | undefined>;
}

export interface OperationOf {
  readonly kube: KubeClient;
  readonly id: string;
  readonly target: Target;
  readonly changed: boolean;
  readonly uiLink: () => Promise<string | undefined>;
  readonly cancel: (options: RequestOptions) => Promise<boolean>;
}

export function createOperation({ kube, id, target, changed, uiLink, cancel }: OperationOf): OperationHandle {
  const { metadata } = target.set;
  const looks = (signal?: AbortSignal) => looksAt(kube, target, signal);
  return {
    id,
    uid: metadata.uid,
    generation: metadata.generation ?? 0,
    flavour: target.key.flavour,
    set: target.set,
    changed,
    uiLink,
    cancel: (options = {}) => cancel(options),
    async *progress(options = {}) {
      const newsOf = createNews();
      for await (const look of looks(options.signal)) {
        if (look === undefined) return;
        const news = newsOf(look);
        if (news !== undefined) yield news;
        if (outcomeOf(target, look) !== undefined) return;
      }
    },
    result: (options = {}) => resultOf(target, looks, options),
  };
}

/** What to tell of each look; undefined when it is what was told last. */
function createNews(): (look: SetLook) => Progress | undefined {
  let last: string | undefined;
  return (look) => {
    const next = progressOf(look);
    const text = JSON.stringify(next);
    if (text === last) return undefined;
    last = text;
    return next;
  };
}

/** What to tell of a look. */
function progressOf(look: SetLook): Progress {
  const { phase, message, operation, generation, step, replicas, waiting } = summarize(look);
  const { current: _, ...counts } = replicas;
  return { phase, message, ...(operation && { operation }), generation, step, counts, ...(waiting && { waiting }) };
}

/** The set of a target, planned anew after every change and when time alone changes the plan. Undefined once it is gone. */
export async function* looksAt(
  kube: KubeClient,
  { key, set }: Pick<Target, 'key' | 'set'>,
  signal?: AbortSignal,
): AsyncGenerator<SetLook | undefined, void, undefined> {
  let wakeAt: number | undefined;
  try {
    for await (const view of followSet(kube, key, { set, ...(signal && { signal }), wakeAt: () => wakeAt })) {
      const look = view && lookAt(view, Date.now());
      wakeAt = look?.plan.wakeAt;
      yield look;
    }
  } catch (error) {
    throw translate(error, `StatefulSet ${key.namespace}/${key.name}`);
  }
}

type Looks = (signal?: AbortSignal) => AsyncIterable<SetLook | undefined>;

async function resultOf(target: Target, looks: Looks, options: ResultOptions): Promise<Outcome> {
  const { timeoutMs, stuckAfterMs = 30_000, onProgress, signal } = options;
  const newsOf = createNews();
  const ending = new AbortController();
  const timers = new Set<() => void>();
  let stuck: { readonly reason: string; readonly stop: (() => void) | undefined } | undefined;
  let early: Outcome | undefined;
  let message = 'nothing was seen of the set yet';
  const endWith = (outcome: () => Outcome, ms: number): (() => void) => {
    const stop = longTimer(() => {
      early ??= outcome();
      ending.abort();
    }, ms);
    timers.add(stop);
    return stop;
  };
  if (timeoutMs !== undefined && Number.isFinite(timeoutMs)) {
    endWith(() => ({ outcome: 'timeout', message }), timeoutMs);
  }
  try {
    for await (const look of looks(signal === undefined ? ending.signal : AbortSignal.any([signal, ending.signal]))) {
      const news = onProgress && look && newsOf(look);
      if (news !== undefined) onProgress?.(news);
      const outcome = outcomeOf(target, look);
      if (outcome !== undefined) return outcome;
      if (look === undefined) continue;
      const { waiting } = summarize(look);
      message = summarize(look).message;
      const now = target.verb === 'deletion' ? undefined : stuckOn(look);
      if (now?.reason !== stuck?.reason) {
        stuck?.stop?.();
        const stop =
          now === undefined || !Number.isFinite(stuckAfterMs)
            ? undefined
            : endWith(() => ({ outcome: 'stuck', waiting: waiting ?? now }), stuckAfterMs);
        stuck = now && { reason: now.reason, stop };
      }
    }
    signal?.throwIfAborted();
    return early ?? { outcome: 'timeout', message };
  } finally {
    for (const stop of timers) stop();
  }
}
