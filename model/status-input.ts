import { blockedBy, refusedSync } from './blocking.ts';
import { type FirstPass, firstPass } from './first-pass.ts';
import type { StatefulSet } from './objects.ts';
import type { Plan } from './plan.ts';

/** What is going on with a set, as the planner sees it. */
export interface StatusInput {
  /** Nothing is left to do for the generation that the planner looked at. */
  readonly settled: boolean;
  readonly operation?: 'rollout' | 'scale' | 'repair' | 'deletion';
  /** The newest generation over which a first pass is through: tools look at pods and claims the moment that it moves. */
  readonly observedGeneration: number;
  /** What the set waits for; `stuck` when it will not come by itself. */
  readonly waiting?: { readonly reason: string; readonly message: string; readonly stuck: boolean };
  readonly paused?: boolean;
  /** Book-keeping is due, such as a revision that is not written yet. */
  readonly busy?: boolean;
}

/** Set by an activity whose call the API server refused (quota, admission, a name that is taken): the planner cannot see that by itself. */
export const refusalCondition = 'ReplicaFailure';

/** Whether the last act on a set was refused by the API server. */
export function isRefused({ status }: StatefulSet): boolean {
  return status?.conditions?.some(({ type }) => type === refusalCondition) === true;
}

/** The pass over the newest generation after one more look. `busy`: book-keeping is due. `now` in ms since the epoch. */
export function nextPass(
  former: FirstPass | undefined,
  set: StatefulSet,
  plan: Plan,
  busy: boolean,
  now: number,
): FirstPass {
  const isRefusedNow = (plan.acts.size > 0 && isRefused(set)) || (busy && refusedSync(set) !== undefined);
  const refused = isRefusedNow || blockedBy(set) !== undefined;
  return firstPass(former, set, plan, { busy, refused, now });
}

/** What the plan of a set means for its status. `busy`: book-keeping is due. */
export function statusInputOf(
  set: StatefulSet,
  plan: Plan,
  busy: boolean,
  pass = nextPass(undefined, set, plan, busy, plan.at),
): StatusInput {
  const { generation = 0 } = set.metadata;
  const canAct = plan.acts.size > 0 || busy;
  const blocked = blockedBy(set);
  const unbooked = busy ? refusedSync(set) : undefined;
  const refusal =
    unbooked ?? set.status?.conditions?.find(({ type, status }) => type === refusalCondition && status === 'True');
  const refused = { reason: refusal?.reason ?? 'Refused', message: refusal?.message ?? '', stuck: true };
  return {
    settled: plan.steps.length === 0 && plan.heldBack === 0 && !busy && !plan.promote && blocked === undefined,
    operation: plan.operation,
    observedGeneration: pass.todo.size > 0 ? (set.status?.observedGeneration ?? 0) : generation,
    waiting: blocked
      ? { reason: blocked.type, message: blocked.message ?? '', stuck: true }
      : refusal !== undefined && canAct
        ? refused
        : plan.waiting,
    paused: plan.desired.paused,
    busy,
  };
}
