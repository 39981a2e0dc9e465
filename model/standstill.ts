import { nameConflict, refusedSync, refusedTemplate } from './blocking.ts';
import type { ClusterView } from './objects.ts';
import type { Plan } from './plan.ts';
import type { RevisionChoice } from './revisions.ts';

/**
 * Is nothing to be done for the set? Not while the other API has a set of its name, and not while it is open at which revision the pods
 * are to be: while a new template is being checked, nothing is begun that it may make useless; when
 * it was refused, or cannot be checked, the set goes on at its last good one, if it ever had one.
 */
export function isAtStandstill({ set }: ClusterView, { update }: RevisionChoice): boolean {
  if (set.metadata.deletionTimestamp !== undefined) return false;
  if (nameConflict(set) !== undefined) return true;
  if (update.action !== 'check') return false;
  return update.known === undefined || (refusedTemplate(set) ?? refusedSync(set)) === undefined;
}

/** A plan that sees what is there and does nothing. */
export function standstill(plan: Plan): Plan {
  return { ...plan, operation: undefined, steps: [], acts: new Map(), waiting: undefined, promote: false };
}
