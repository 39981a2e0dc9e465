import { goJson } from '../model/go-json.ts';
import type { PodTemplate, SetKey, StatefulSet } from '../model/objects.ts';
import type { Waiting } from '../model/waiting.ts';
import type { SetLook } from './set-view.ts';
import { isUnfinished, summarize } from './summary.ts';

/** What an operation was to bring about: told apart from later changes by what it asked for, not by when. */
export interface Target {
  readonly key: SetKey;
  readonly set: StatefulSet;
  readonly verb: 'change' | 'deletion';
  /** Asked for a template: another one supersedes it. */
  readonly template?: PodTemplate;
  /** Asked for a number of replicas: another one supersedes it. */
  readonly replicas?: number;
}

/**
 * How an operation ended:
 * - `completed`: everything it asked for is so, and the workers have said so in the status; a deletion: the set is gone
 * - `superseded`: a newer change asks for something else (`generation`)
 * - `aborted`: held by an abort before it was through
 * - `deleted`: the set is gone
 * - `stuck`: it waits for something that will not come by itself; it may still go on later
 * - `timeout`: nothing of these within `timeoutMs`
 */
export type Outcome =
  | { readonly outcome: 'completed' }
  | { readonly outcome: 'superseded'; readonly generation: number }
  | { readonly outcome: 'aborted' }
  | { readonly outcome: 'deleted' }
  | { readonly outcome: 'stuck'; readonly waiting: Waiting }
  | { readonly outcome: 'timeout'; readonly message: string };

/** What the set as it is now means for an operation; undefined while it goes on. Pure: does not matter what was seen before. */
export function outcomeOf(target: Target, look: SetLook | undefined): Outcome | undefined {
  const uid = target.set.metadata.uid;
  if (look === undefined || look.view.set.metadata.uid !== uid) {
    return { outcome: target.verb === 'deletion' ? 'completed' : 'deleted' };
  }
  if (target.verb === 'deletion') return undefined;
  const { set } = look.view;
  const generation = set.metadata.generation ?? 0;
  if (generation > (target.set.metadata.generation ?? 0) && asksForOther(target, set)) {
    return { outcome: 'superseded', generation };
  }
  const unfinished = isUnfinished(look);
  if (look.plan.desired.aborted && unfinished) return { outcome: 'aborted' };
  const observed = (set.status?.observedGeneration ?? 0) >= generation;
  return observed && !unfinished ? { outcome: 'completed' } : undefined;
}

/** What keeps the set from going on for good; undefined when nothing does. */
export function stuckOn(look: SetLook): Waiting | undefined {
  const { phase, waiting } = summarize(look);
  return phase === 'Stuck' ? waiting : undefined;
}

function asksForOther({ template, replicas }: Target, set: StatefulSet): boolean {
  return (
    (template !== undefined && goJson(template) !== goJson(set.spec.template)) ||
    (replicas !== undefined && replicas !== (set.spec.replicas ?? 1))
  );
}
