import { desiredOf } from './desired.ts';
import { revisionOf } from './identity.ts';
import type { ClusterView, Pod } from './objects.ts';
import { isRunningAndReady, isTerminating } from './readiness.ts';
import type { RevisionNames } from './slots.ts';

/**
 * The revision that an update had brought to all pods when another template came, and before it was written down as the current one
 * (SS-98): pods below a partition are to come back at it (SS-62), not at one that no pod has any more. Pods that are missing or going have no
 * say in it, unless they are of another revision; those that stay must all be Ready. Undefined when there is nothing to write down.
 * `claimed` are the pods of the set.
 */
export function reachedRevision(
  { set, revisions }: ClusterView,
  claimed: readonly Pod[],
  { current, update }: RevisionNames,
): string | undefined {
  const reached = claimed[0] && revisionOf(claimed[0]);
  if (reached === undefined || reached === current || reached === update) return undefined;
  if (desiredOf(set).strategy !== 'RollingUpdate') return undefined;
  const serving = claimed.filter((pod) => !isTerminating(pod));
  const isThere = serving.length > 0 && serving.every(isRunningAndReady);
  if (!isThere || !claimed.every((pod) => revisionOf(pod) === reached)) return undefined;
  return revisions.some(({ metadata }) => metadata.name === reached) ? reached : undefined;
}
