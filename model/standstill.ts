import { refusedTemplate } from './blocking.ts';
import type { ClusterView } from './objects.ts';
import type { Plan } from './plan.ts';
import type { RevisionChoice } from './revisions.ts';

/**
 * Is it open at which revision the pods are to be? While a new template is being checked, nothing is begun that it may make useless; when
 * it was refused, the set goes on at its last good one, if it ever had one.
 */
export function isUndecided({ set }: ClusterView, { update }: RevisionChoice): boolean {
  if (update.action !== 'check' || set.metadata.deletionTimestamp !== undefined) return false;
  return update.known === undefined || refusedTemplate(set) === undefined;
}

/** A plan that sees what is there and does nothing. */
export function standstill(plan: Plan): Plan {
  return { ...plan, operation: undefined, steps: [], acts: new Map(), waiting: undefined, promote: false };
}
