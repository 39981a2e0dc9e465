import type { Step } from '../model/plan.ts';
import type { NextSteps, SetRef } from './messages.ts';

/** The part of a revision's name that tells it from the set's other revisions. */
export function shortRevision(revision: string): string {
  return revision.slice(revision.lastIndexOf('-') + 1);
}

/** One line for the header of an operation: "rollout web → 7c9f (3 pods)". */
export function operationSummary(set: SetRef, plan: NextSteps): string {
  const pods = `${plan.remaining} ${plan.remaining === 1 ? 'pod' : 'pods'}`;
  const target =
    plan.operation === 'rollout'
      ? ` → ${shortRevision(plan.revision)}`
      : plan.operation === 'scale'
        ? ` to ${plan.counts.desired}`
        : '';
  return `${plan.operation} ${set.namespace}/${set.name}${target} (${pods})`;
}

/** One line for the row of a step: "web-2: settle at web-7c9f", "web-0 ... web-63: remove". */
export function stepSummary(set: SetRef, { verb, ordinals, revision }: Step): string {
  const [first, last] = [ordinals[0], ordinals.at(-1)];
  const pods =
    first === last ? `${set.name}-${first}` : `${set.name}-${first} ... ${set.name}-${last} (${ordinals.length})`;
  return verb === 'settle' ? `${pods}: settle at ${revision}` : `${pods}: remove`;
}
