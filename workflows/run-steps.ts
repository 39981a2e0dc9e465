import { settlePods, removePods } from './activities.ts';
import type { NextSteps, Seen, SetRef, StepInput, StepResult } from './messages.ts';
import type { Progress } from './progress.ts';
import { later } from './seen.ts';
import { stepSummary } from './summary.ts';

export interface BatchResult {
  readonly done: number;
  readonly seen: Seen;
  /** The first result that was not `settled`. */
  readonly halted?: StepResult;
}

/**
 * Runs the steps of a plan in order, `plan.window` of them under way at once. A step that is under way early waits, in its activity,
 * until the planner says that it is its turn. Stops handing out steps at the first one that does not settle, and waits for the rest.
 */
export async function runSteps(set: SetRef, plan: NextSteps, from: Seen, progress: Progress): Promise<BatchResult> {
  let seen = from;
  let done = 0;
  let halted: StepResult | undefined;
  const queue = [...plan.steps];
  const underWay = new Map<number, Promise<number>>();
  const ahead = new Map<number, StepInput['ahead'][number]>();
  let count = 0;

  const start = (index: number): Promise<number> | undefined => {
    const step = queue.shift();
    if (step === undefined) return undefined;
    const activity = step.verb === 'settle' ? settlePods : removePods;
    const input = { set, step, ahead: [...ahead.values()], seen };
    ahead.set(index, { verb: step.verb, ordinals: step.ordinals });
    progress.started(step, plan.abreast);
    return activity.executeWithOptions({ summary: stepSummary(set, step) }, [input]).then((result) => {
      seen = later(seen, result.wrote);
      progress.finished(step, result, plan.abreast);
      if (result.outcome === 'settled') done += step.ordinals.length;
      else halted ??= result;
      return index;
    });
  };

  for (;;) {
    while (halted === undefined && underWay.size < plan.window && queue.length > 0) {
      const step = start(count);
      if (step !== undefined) underWay.set(count, step);
      count += 1;
    }
    if (underWay.size === 0) return { done, seen, halted };
    progress.paint();
    const finished = await Promise.race(underWay.values()).catch(async (error: unknown) => {
      // A cancelled operation: what comes after it must find nobody at work.
      await Promise.allSettled(underWay.values());
      throw error;
    });
    underWay.delete(finished);
    ahead.delete(finished);
    progress.show({ ...plan, remaining: plan.remaining - done }, done, halted?.waiting);
  }
}
