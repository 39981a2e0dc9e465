import type { SetKey } from '../model/objects.ts';
import type { Act } from '../model/acts.ts';
import { podName } from '../model/identity.ts';
import { type CoveredKey, isOver, judge, type Verdict } from '../model/judge.ts';
import type { Step } from '../model/plan.ts';
import { isRefused } from '../model/status-input.ts';
import type { Waiting } from '../model/waiting.ts';
import type { Seen, StepInput, StepResult } from '../workflows/messages.ts';
import { later } from '../workflows/seen.ts';
import { actOn } from './act.ts';
import { deletePods } from './delete-pods.ts';
import type { Dependencies } from './dependencies.ts';
import { doubtView } from './doubt.ts';
import { ensureClaims } from './ensure-claims.ts';
import { cancellation, heartbeating } from './heartbeat.ts';
import type { Look } from './planner.ts';
import { keyOf } from './set-key.ts';
import { slowStart } from './slow-start.ts';
import { tellRefusal } from './tell-refusal.ts';

/** How long a step holds a slot with nothing to do but wait, in ms. */
const patienceMs = 20_000;
/** The same for a wait that will not pass by itself: long enough for a passing trouble to pass. */
const stuckPatienceMs = 3_000;
/** A step that has seen nothing move for so long asks the server whether that is so, in ms. */
const doubtAfterMs = 3_000;
/** A refused call is repeated after this time, doubled each time. */
const firstBackoffMs = 100;
const longestBackoffMs = 5_000;

/**
 * Brings the ordinals of a step where the step wants them: acts when the planner, on the newest view, says that it is an ordinal's turn,
 * waits while it says wait, and ends when it is done or not wanted any more.
 *
 * May be entered again at any point: what an earlier attempt did is in the view. Between the delete and the create of a pod it does not
 * stop for losing its server or its worker's shutdown: the ordinal is made whole first.
 */
export function runStep(dependencies: Dependencies, input: StepInput): Promise<StepResult> {
  const key = keyOf(dependencies, input.set);
  const { verb, ordinals } = input.step;
  return heartbeating(`${verb} ${key.namespace}/${key.name} ${ordinals.join(',')}`, async (say) => {
    await dependencies.cache.waitSeen(input.seen, cancellation(), key);
    return new StepRun(dependencies, key, input, say).run();
  });
}

interface Turn {
  readonly ordinal: number;
  readonly act: Act;
}

/** One ordinal of a step. */
interface Work {
  readonly verb: Step['verb'];
  readonly ordinal: number;
  readonly key: CoveredKey;
}

function workOf({ verb, ordinals }: Pick<Step, 'verb' | 'ordinals'>): readonly Work[] {
  return ordinals.map((ordinal) => ({ verb, ordinal, key: `${verb} ${ordinal}` }));
}

class StepRun {
  readonly #dependencies: Dependencies;
  readonly #key: SetKey;
  readonly #input: StepInput;
  readonly #say: (what: string) => void;
  /** What the steps under way before this one are still at. */
  readonly #ahead: Set<Work>;
  /** The same, and what this one is at. */
  readonly #covered: Set<CoveredKey>;
  /** Ordinals that were deleted here and have no pod yet. */
  readonly #open = new Set<number>();
  /** When the pods of ordinals were created here, by the stopwatch. */
  readonly #createdAt = new Map<number, number>();
  #left: readonly number[];
  /** Ordinals whose claims were made ahead of their turn. */
  readonly #prepared = new Set<number>();
  #wrote: Seen = {};
  #quietSince: number;
  #refusal: { readonly waiting: Waiting; readonly retryAt: number; readonly backoffMs: number } | undefined;

  constructor(dependencies: Dependencies, key: SetKey, input: StepInput, say: (what: string) => void) {
    this.#dependencies = dependencies;
    this.#key = key;
    this.#input = input;
    this.#say = say;
    this.#left = input.step.ordinals;
    this.#ahead = new Set(input.ahead.flatMap(workOf));
    this.#covered = new Set([...this.#ahead, ...workOf(input.step)].map(({ key }) => key));
    this.#quietSince = dependencies.stopwatch();
  }

  async run(): Promise<StepResult> {
    const { planner, stopwatch } = this.#dependencies;
    for (;;) {
      const look = planner.look(this.#key);
      if (look === undefined || look.view.set.metadata.uid !== this.#input.set.uid)
        return this.#end('stale', 'the set is gone');
      const verdicts = this.#judge(look);
      const turns = verdicts.flatMap(({ ordinal, verdict }) =>
        verdict.kind === 'act' ? [{ ordinal, act: verdict.act }] : [],
      );
      const now = stopwatch();
      if (turns.length > 0 && (this.#refusal?.retryAt ?? 0) <= now) {
        await this.#act(look, turns);
        continue;
      }
      if (this.#left.length === 0) return this.#end('settled');
      if (this.#open.size === 0) cancellation().throwIfAborted();
      // Also with an ordinal that is owed its pod: another revision is wanted for it, and only a new plan can say which.
      const stale = verdicts.find(({ verdict }) => verdict.kind === 'stale')?.verdict;
      if (stale?.kind === 'stale') return this.#end('stale', stale.why);
      const taken = this.#left.find((ordinal) => isToBeAdopted(look, ordinal));
      if (taken !== undefined) return this.#end('stale', `pod ${podName(look.view.set, taken)} is to be adopted first`);
      const waiting = this.#refusal?.waiting ?? mostTelling(verdicts);
      if (now >= this.#quietSince + patience(waiting))
        return this.#end(waiting?.stuck ? 'stuck' : 'waiting', undefined, waiting);
      if (await this.#prepare(look)) continue;
      await this.#wait(look, now, mostTelling(verdicts));
    }
  }

  /** The claims of the next ordinal are made while its predecessor starts, so that they are bound when its turn comes. */
  async #prepare(look: Look): Promise<boolean> {
    const ordinal = this.#left.find((left) => isNext(look, left));
    if (ordinal === undefined || this.#prepared.has(ordinal)) return false;
    this.#prepared.add(ordinal);
    const claims = await ensureClaims(this.#dependencies, this.#key, look.view, ordinal);
    if (claims.kind === 'done') this.#wrote = later(this.#wrote, claims.wrote);
    return true;
  }

  #judge({ plan }: Look): readonly { readonly ordinal: number; readonly verdict: Verdict }[] {
    const { step } = this.#input;
    for (const work of this.#ahead) {
      if (!isOver(plan, work.verb, work.ordinal)) continue;
      this.#ahead.delete(work);
      this.#covered.delete(work.key);
    }
    const verdicts = this.#left.map((ordinal) => ({ ordinal, verdict: judge(plan, step, ordinal, this.#covered) }));
    for (const { ordinal, verdict } of verdicts) if (verdict.kind === 'done') this.#tellAvailable(ordinal);
    const left = verdicts.filter(({ verdict }) => verdict.kind !== 'done').map(({ ordinal }) => ordinal);
    if (left.length < this.#left.length) this.#quietSince = this.#dependencies.stopwatch();
    this.#left = left;
    return verdicts;
  }

  #tellAvailable(ordinal: number): void {
    const { stopwatch, onAvailable } = this.#dependencies;
    const createdAt = this.#createdAt.get(ordinal);
    if (createdAt !== undefined) onAvailable?.((stopwatch() - createdAt) / 1_000);
    this.#createdAt.delete(ordinal);
  }

  async #act(look: Look, turns: readonly Turn[]): Promise<void> {
    const { stopwatch } = this.#dependencies;
    this.#say(turns.map(({ ordinal, act }) => `${act} ${this.#key.name}-${ordinal}`).join(', '));
    const removals = turns.flatMap(({ ordinal, act }) =>
      act === 'delete' || act === 'remove' ? [{ ordinal, act }] : [],
    );
    const others = turns.flatMap(({ ordinal, act }) => (act === 'create' || act === 'mend' ? [{ ordinal, act }] : []));
    // One plan allows them all, so that none has to wait for another kind.
    const [removed, done] = await Promise.all([
      removals.length === 0 ? [] : deletePods(this.#dependencies, this.#key, removals),
      slowStart(others, ({ ordinal, act }) => actOn(this.#dependencies, this.#key, look, ordinal, act)),
    ]);
    const results = [...removed, ...done];
    for (const [index, { ordinal, act }] of [...removals, ...others].entries()) {
      const result = results[index];
      if (result?.kind !== 'done') continue;
      this.#wrote = later(this.#wrote, result.wrote);
      if (act === 'create') this.#createdAt.set(ordinal, stopwatch());
      if (act === 'delete') this.#open.add(ordinal);
      else this.#open.delete(ordinal);
    }
    const refused = results.find((result) => result.kind === 'refused');
    const moved = results.some((result) => result.kind === 'done');
    if (moved) this.#quietSince = stopwatch();
    if (refused?.kind === 'refused') {
      const backoffMs = Math.min((this.#refusal?.backoffMs ?? firstBackoffMs / 2) * 2, longestBackoffMs);
      if (this.#refusal?.waiting.message !== refused.waiting.message)
        await tellRefusal(this.#dependencies, this.#key, refused.waiting);
      this.#refusal = { waiting: refused.waiting, backoffMs, retryAt: stopwatch() + backoffMs };
      // Nothing is owed any more where the replacement is refused: the operation tells and tries again.
      for (const { ordinal } of turns) this.#open.delete(ordinal);
    } else if (moved && (this.#refusal !== undefined || isRefused(look.view.set))) {
      this.#refusal = undefined;
      await tellRefusal(this.#dependencies, this.#key, undefined);
    }
    if (results.every((result) => result.kind === 'superseded')) {
      await this.#dependencies.cache.changed(this.#key, this.#signal(), 50);
    }
  }

  async #wait({ plan }: Look, now: number, waiting: Waiting | undefined): Promise<void> {
    const { cache, clock } = this.#dependencies;
    const delays = [
      this.#quietSince + patience(this.#refusal?.waiting ?? waiting) - now,
      plan.wakeAt === undefined ? Infinity : plan.wakeAt - clock(),
      this.#refusal === undefined ? Infinity : this.#refusal.retryAt - now,
    ];
    const ms = Math.min(...delays.filter((delay) => delay > 0), doubtAfterMs);
    const outcome = await cache.changed(this.#key, this.#signal(), Math.max(ms, 1));
    if (outcome === 'timeout' && ms === doubtAfterMs && waiting?.pod !== undefined)
      await doubtView(this.#dependencies, this.#key, waiting.pod);
  }

  #signal(): AbortSignal {
    return this.#open.size === 0 ? cancellation() : unstoppable;
  }

  #end(outcome: StepResult['outcome'], why?: string, waiting?: Waiting): StepResult {
    return { outcome, why, waiting, wrote: this.#wrote };
  }
}

/** Missing, and the ordinal before it has a pod that starts. */
function isNext({ plan }: Look, ordinal: number): boolean {
  const { desired, slots } = plan;
  const index = ordinal - desired.start;
  return slots.replicas[index]?.state === 'missing' && slots.replicas[index - 1]?.state === 'starting';
}

/** A pod that nobody owns has the name: it is the operation's to take it, before anything is created (SS-101). */
function isToBeAdopted({ view, chores }: Look, ordinal: number): boolean {
  const name = podName(view.set, ordinal);
  return chores.some((chore) => chore.kind === 'adopt-pod' && chore.pod.metadata.name === name);
}

const unstoppable = new AbortController().signal;

function patience(waiting: Waiting | undefined): number {
  return waiting?.stuck === true ? stuckPatienceMs : patienceMs;
}

function mostTelling(verdicts: readonly { readonly verdict: Verdict }[]): Waiting | undefined {
  const waits = verdicts.map(({ verdict }) => (verdict.kind === 'wait' ? verdict.waiting : undefined));
  return (
    waits.find((waiting) => waiting?.stuck) ??
    waits.find((waiting) => waiting !== undefined && waiting.reason !== 'Missing') ??
    waits[0]
  );
}
