import { orderedDeletionFinalizer } from '../model/annotations.ts';
import { syncCondition } from '../model/blocking.ts';
import { type Chore, choreText } from '../model/chores.ts';
import type { SetKey } from '../model/objects.ts';
import { inFewSteps, type Plan, type Step } from '../model/plan.ts';
import { revisionNames } from '../model/revisions.ts';
import type { NextSteps, PlanNextInput, Seen } from '../workflows/messages.ts';
import { later } from '../workflows/seen.ts';
import type { Dependencies } from './dependencies.ts';
import { doChore } from './do-chore.ts';
import { cancellation, heartbeating } from './heartbeat.ts';
import type { Look } from './planner.ts';
import { refused } from './refusal.ts';
import { keyOf } from './set-key.ts';
import { tellRefusal } from './tell-refusal.ts';

/** Steps in one answer: keeps payloads small at any size of set. */
const mostSteps = 64;
/** With more sets than this at work at once, Temporal could not keep up with a step for each ordinal. */
const fewSets = 4;
/** Chores that one answer may do before it is an error: each is done once, and a view that shows it done follows. */
const mostChores = 200;

/** Reads the set, does its chores, and plans. Undefined when the set, or this life of it, is gone. */
export function planNext(dependencies: Dependencies, { set, seen }: PlanNextInput): Promise<NextSteps | undefined> {
  const key = keyOf(dependencies, set);
  return heartbeating(`plan ${set.namespace}/${set.name}`, async () => {
    const { cache, planner } = dependencies;
    await cache.waitSeen(seen, cancellation(), key);
    let wrote: Seen = seen;
    for (let chores = 0; chores < mostChores; chores++) {
      const look = planner.look(key);
      if (look === undefined || (set.uid !== undefined && look.view.set.metadata.uid !== set.uid)) return undefined;
      const [chore] = look.chores;
      if (chore === undefined)
        return answer(look, wrote, planner.setsAstir() > fewSets ? inFewSteps(look.plan) : look.plan.steps);
      try {
        wrote = later(wrote, await doChore(dependencies, key, look, chore, cancellation()));
      } catch (error) {
        const waiting = refused(error, choreText(chore, key));
        await tellRefusal(dependencies, key, waiting, syncCondition);
        const now = answer(planner.look(key) ?? look, wrote);
        return holdsUp(chore) ? { ...now, steps: [], remaining: 0, canAct: false, complete: false, waiting } : now;
      }
      await seesMore(dependencies, key, look);
    }
    throw new Error(`set ${set.namespace}/${set.name}: ${mostChores} chores done and more to do`);
  });
}

/** Whether nothing may be planned before the chore is done: a template that cannot be checked leaves the set at the last good one. */
function holdsUp(chore: Chore): boolean {
  if (chore.kind !== 'revision') return chore.kind !== 'drop-revision';
  return chore.update.action !== 'check' || chore.update.known === undefined;
}

/** A chore's own reply is usually in the cache already; where it was not taken in, its watch event is on the way. */
async function seesMore({ cache, planner }: Dependencies, key: SetKey, before: Look): Promise<void> {
  if (planner.look(key) === before) await cache.changed(key, cancellation(), 500);
}

function answer({ view, choice, plan }: Look, seen: Seen, steps = plan.steps): NextSteps {
  const { metadata } = view.set;
  const deleted = metadata.deletionTimestamp !== undefined && plan.steps.length === 0;
  const holds = metadata.finalizers?.includes(orderedDeletionFinalizer) === true;
  const complete = plan.promote || (deleted && holds);
  return {
    uid: metadata.uid,
    generation: metadata.generation ?? 0,
    operation: plan.operation ?? (complete ? (deleted ? 'deletion' : 'rollout') : undefined),
    revision: revisionNames(choice).update,
    steps: steps.slice(0, mostSteps),
    remaining: ordinals(plan.steps),
    window: plan.window,
    abreast: plan.abreast,
    canAct: plan.acts.size > 0,
    waiting: plan.waiting,
    held: heldOf(plan),
    counts: plan.counts,
    complete,
    seen,
  };
}

function heldOf({ desired, heldBack, operation, steps }: Plan): NextSteps['held'] {
  if (!desired.held || operation === 'deletion' || (heldBack === 0 && steps.length === 0)) return undefined;
  if (desired.aborted) return 'aborted';
  return heldBack === 0 ? undefined : 'paused';
}

function ordinals(steps: readonly Step[]): number {
  return steps.reduce((sum, step) => sum + step.ordinals.length, 0);
}
