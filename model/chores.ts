import { orderedDeletionFinalizer } from './annotations.ts';
import { nameConflict, refusedTemplate } from './blocking.ts';
import { adoptRevisions, claimPods } from './claimed.ts';
import { desiredOf } from './desired.ts';
import type { ClusterView, ControllerRevision, Pod } from './objects.ts';
import { reachedRevision } from './reached-revision.ts';
import { type RevisionChoice, revisionNames, truncatedHistory, type UpdateRevision } from './revisions.ts';

/** Work on the set's own book-keeping, to be done before its pods are planned. None of it touches a running pod's process. */
export type Chore =
  | { readonly kind: 'revision'; readonly update: UpdateRevision }
  /** To be written down as the current revision before anything is made of it. */
  | { readonly kind: 'promote'; readonly revision: string }
  | { readonly kind: 'adopt-pod'; readonly pod: Pod }
  | { readonly kind: 'release-pod'; readonly pod: Pod }
  | { readonly kind: 'adopt-revision'; readonly revision: ControllerRevision }
  | { readonly kind: 'drop-revision'; readonly revision: ControllerRevision }
  | { readonly kind: 'add-finalizer' }
  | { readonly kind: 'remove-finalizer' };

/** A chore for a person, as the beginning of a sentence that ends in why it failed. */
export function choreText(chore: Chore, { name }: { readonly name: string }): string {
  switch (chore.kind) {
    case 'revision':
      return chore.update.action === 'check'
        ? `check the pod template of StatefulSet ${name} failed error`
        : `write ControllerRevision ${chore.update.name} of StatefulSet ${name} failed error`;
    case 'promote':
      return `write ${chore.revision} as the current revision of StatefulSet ${name} failed error`;
    case 'adopt-pod':
      return `adopt Pod ${chore.pod.metadata.name} in StatefulSet ${name} failed error`;
    case 'release-pod':
      return `release Pod ${chore.pod.metadata.name} in StatefulSet ${name} failed error`;
    case 'adopt-revision':
      return `adopt ControllerRevision ${chore.revision.metadata.name} in StatefulSet ${name} failed error`;
    case 'drop-revision':
      return `delete ControllerRevision ${chore.revision.metadata.name} of StatefulSet ${name} failed error`;
    case 'add-finalizer':
    case 'remove-finalizer':
      return `write the finalizers of StatefulSet ${name} failed error`;
  }
}

/** What is due for a set as it is in this view (SS-50, SS-52, SS-56, SS-100, ordered deletion). */
export function choresOf(view: ClusterView, choice: RevisionChoice): Chore[] {
  const { set } = view;
  const { deletionTimestamp, finalizers = [] } = set.metadata;
  const holds = finalizers.includes(orderedDeletionFinalizer);
  if (deletionTimestamp !== undefined)
    return holds && (finalizers.includes('orphan') || !desiredOf(set).orderedDeletion)
      ? [{ kind: 'remove-finalizer' }]
      : [];
  if (nameConflict(set) !== undefined) return [];
  const { claimed, adopt, release } = claimPods(view);
  const chores: Chore[] = [
    ...adoptRevisions(view).map((revision): Chore => ({ kind: 'adopt-revision', revision })),
    ...adopt.map((pod): Chore => ({ kind: 'adopt-pod', pod })),
    ...release.map((pod): Chore => ({ kind: 'release-pod', pod })),
  ];
  const { orderedDeletion: wanted, revisionHistoryLimit } = desiredOf(set);
  if (wanted !== holds) chores.push({ kind: wanted ? 'add-finalizer' : 'remove-finalizer' });
  const isRefused = choice.update.action === 'check' && refusedTemplate(set) !== undefined;
  if (choice.update.action !== 'keep' && !isRefused) chores.push({ kind: 'revision', update: choice.update });
  const reached = reachedRevision(view, claimed, revisionNames(choice));
  if (reached !== undefined) chores.push({ kind: 'promote', revision: reached });
  // Which revisions are live takes a look at every pod: only where there are too many.
  if (view.revisions.length <= revisionHistoryLimit) return chores;
  for (const revision of truncatedHistory(view, revisionNames(choice)))
    chores.push({ kind: 'drop-revision', revision });
  return chores;
}
