import { annotations } from '../model/annotations.ts';
import type { ClusterView, ControllerRevision, PodTemplate } from '../model/objects.ts';
import { templateOf } from '../model/revision-data.ts';
import { chooseRevisions, compareRevisions } from '../model/revisions.ts';
import { OrdinalError } from './errors.ts';

/** A revision of the pod template that can be returned to. */
export interface HistoryEntry {
  readonly revision: number;
  readonly name: string;
  /** The annotation `kubernetes.io/change-cause`, else the reason that was given with the request. */
  readonly changeCause?: string;
  readonly requestedBy?: string;
  /** RFC 3339. */
  readonly createdAt?: string;
  readonly images: readonly string[];
  readonly roles: readonly ('update' | 'current')[];
}

/** The annotation that kubectl shows as the cause of a revision. */
export const changeCause = 'kubernetes.io/change-cause';

/** Oldest first, as `kubectl rollout history` prints them. */
export function historyOf(view: ClusterView): readonly HistoryEntry[] {
  const { update, current } = chooseRevisions(view);
  return view.revisions.toSorted(compareRevisions).map(({ metadata, revision, data }) => {
    const notes = metadata.annotations ?? {};
    const cause = notes[changeCause] ?? notes[annotations.reason];
    const requestedBy = notes[annotations.requestedBy];
    const containers = data.spec.template.spec.containers ?? [];
    return {
      revision,
      name: metadata.name,
      ...(cause !== undefined && { changeCause: cause }),
      ...(requestedBy !== undefined && { requestedBy }),
      ...(metadata.creationTimestamp !== undefined && { createdAt: metadata.creationTimestamp }),
      images: containers.flatMap(({ image }) => (image === undefined ? [] : [image])),
      roles: [
        ...(metadata.name === update.name ? ['update' as const] : []),
        ...(metadata.name === current ? ['current' as const] : []),
      ],
    };
  });
}

/** The revision to return to: the one of that number, or, for 0 or none, the one before the newest (as kubectl does). Throws `NoSuchRevision`. */
export function revisionToRestore(view: ClusterView, toRevision = 0): ControllerRevision {
  const ascending = view.revisions.toSorted(compareRevisions);
  if (toRevision === 0) {
    const previous = ascending.at(-2);
    if (previous === undefined)
      throw new OrdinalError(
        'NoSuchRevision',
        'no last revision to roll back to: there is but one, see ordinal history',
      );
    return previous;
  }
  const found = ascending.find(({ revision }) => revision === toRevision);
  if (found !== undefined) return found;
  const known = ascending.map(({ revision }) => revision).join(', ');
  const message = `unable to find the revision ${toRevision}; there are: ${known || 'none'}`;
  throw new OrdinalError('NoSuchRevision', message);
}

/** The template of a revision. */
export function restoredTemplate(revision: ControllerRevision): PodTemplate {
  return templateOf(revision);
}
