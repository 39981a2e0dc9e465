import { blockedBy } from './blocking.ts';
import type { StatefulSet } from './objects.ts';
import type { Plan } from './plan.ts';
import type { StatusInput } from './status.ts';

/** Set by an activity whose call the API server refused (quota, admission, a name that is taken): the planner cannot see that by itself. */
export const refusalCondition = 'ReplicaFailure';

/** What the plan of a set means for its status. `busy`: book-keeping is due, such as a revision that is not written yet. */
export function statusInputOf(set: StatefulSet, plan: Plan, busy: boolean): StatusInput {
  const { generation = 0 } = set.metadata;
  const canAct = plan.acts.size > 0 || busy;
  const blocked = blockedBy(set);
  const refusal = set.status?.conditions?.find(({ type, status }) => type === refusalCondition && status === 'True');
  const refused = { reason: refusal?.reason ?? 'Refused', message: refusal?.message ?? '', stuck: true };
  return {
    settled: plan.steps.length === 0 && !busy && !plan.promote && blocked === undefined,
    operation: plan.operation,
    observedGeneration: canAct ? (set.status?.observedGeneration ?? 0) : generation,
    waiting: blocked
      ? { reason: blocked.type, message: blocked.message ?? '', stuck: true }
      : refusal !== undefined && plan.acts.size > 0
        ? refused
        : plan.waiting,
    paused: plan.desired.paused,
  };
}
