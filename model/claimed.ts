import { controllerOf, parsePodName } from './identity.ts';
import type { ClusterView, ControllerRevision, Pod, StatefulSet } from './objects.ts';
import { isTerminating } from './readiness.ts';
import { matchesSelector } from './selector.ts';

export interface ClaimedPods {
  /** Pods that are the set's own, by uid, and that its selector and its name choose. */
  readonly claimed: readonly Pod[];
  /** Pods without a controller that the set is to take as its own. */
  readonly adopt: readonly Pod[];
  /** Pods of the set's own that it no longer chooses: its reference is to be removed. */
  readonly release: readonly Pod[];
}

/** By view: the plan, the chores and the status of one look all ask. */
const known = new WeakMap<object, ClaimedPods>();

/** Sorts out which pods are the set's (SS-25, SS-100). A set that is being deleted neither adopts nor releases. */
export function claimPods(view: Pick<ClusterView, 'set' | 'pods'>): ClaimedPods {
  let claimed = known.get(view);
  if (claimed === undefined) known.set(view, (claimed = sortOut(view)));
  return claimed;
}

function sortOut({ set, pods }: Pick<ClusterView, 'set' | 'pods'>): ClaimedPods {
  const isAlive = set.metadata.deletionTimestamp === undefined;
  const [claimed, adopt, release]: [Pod[], Pod[], Pod[]] = [[], [], []];
  for (const pod of pods) {
    if (pod.metadata.namespace !== set.metadata.namespace) continue;
    const controller = controllerOf(pod.metadata);
    if (controller?.uid === set.metadata.uid) {
      if (isChosen(set, pod)) claimed.push(pod);
      else if (isAlive) release.push(pod);
    } else if (controller === undefined && isAlive && !isTerminating(pod) && isChosen(set, pod)) {
      adopt.push(pod);
    }
  }
  return { claimed, adopt, release };
}

/** Revisions that the set's selector chooses and no one owns, to be taken as its own (SS-56). */
export function adoptRevisions({
  set,
  revisions,
}: Pick<ClusterView, 'set' | 'revisions'>): readonly ControllerRevision[] {
  if (set.metadata.deletionTimestamp !== undefined) return [];
  return revisions.filter(
    ({ metadata }) => controllerOf(metadata) === undefined && matchesSelector(set.spec.selector, metadata.labels),
  );
}

function isChosen(set: StatefulSet, pod: Pod): boolean {
  return (
    matchesSelector(set.spec.selector, pod.metadata.labels) &&
    parsePodName(pod.metadata.name)?.prefix === set.metadata.name
  );
}
