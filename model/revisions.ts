import { claimPods } from './claimed.ts';
import { isOwn } from './flavour.ts';
import { compareUtf8 } from './go-json.ts';
import { controllerOf, revisionOf, setOwnerReference } from './identity.ts';
import type { ClusterView, ControllerRevision, NewControllerRevision, PodTemplate, StatefulSet } from './objects.ts';
import { revisionData, sameRevisionData, serializeRevision } from './revision-data.ts';
import { revisionHash, revisionName } from './revision-name.ts';
import type { RevisionNames } from './slots.ts';
import { knowsTemplate, templateHash, templateHashesAnnotation, withTemplate } from './template-hash.ts';

/** The hash that a revision was first named after (SS-49). */
export const revisionHashLabel = 'controller.kubernetes.io/hash';

/** The revision that the set's template stands for, and what has to be done to have it. */
export type UpdateRevision =
  | { readonly action: 'keep'; readonly name: string; readonly revision: ControllerRevision }
  /** A former revision is wanted again: its number becomes `to`, its name stays (SS-52c). */
  | { readonly action: 'bump'; readonly name: string; readonly revision: ControllerRevision; readonly to: number }
  | { readonly action: 'create'; readonly name: string; readonly revision: NewControllerRevision }
  /**
   * Our own resource: a template that no revision is known to be. The API server is to check it and to fill in its defaults; `name` is
   * what it would be called as it is, `known` the newest revision, which holds until then.
   */
  | { readonly action: 'check'; readonly name: string; readonly known: string | undefined; readonly hash: string };

export interface RevisionChoice {
  readonly update: UpdateRevision;
  /** The name of the revision that pods below a partition are made from. */
  readonly current: string;
}

/** The names to plan with: a template that is not checked yet changes nothing. `update` is empty where there is no revision at all. */
export function revisionNames({ update, current }: RevisionChoice): RevisionNames {
  return update.action === 'check' ? { update: update.known ?? '', current } : { update: update.name, current };
}

/** A revision to be created (SS-47, SS-48, SS-49): labels of the template, annotations of the set, the set its controller. */
export function newRevision(of: {
  readonly set: StatefulSet;
  readonly template: PodTemplate;
  readonly revision: number;
  readonly collisionCount: number;
}): NewControllerRevision {
  const { set, template, revision, collisionCount } = of;
  const data = revisionData(template);
  const text = serializeRevision(data);
  return {
    apiVersion: 'apps/v1',
    kind: 'ControllerRevision',
    metadata: {
      name: revisionName(set.metadata.name, text, collisionCount),
      namespace: set.metadata.namespace,
      labels: { ...template.metadata?.labels, [revisionHashLabel]: revisionHash(text, collisionCount) },
      ...(set.metadata.annotations && { annotations: set.metadata.annotations }),
      ownerReferences: [setOwnerReference(set)],
    },
    data,
    revision,
  };
}

/** What to do when the name of a revision to be created is taken (SS-54). */
export type Collision =
  /** The object that has the name holds the same data: it is the revision. */
  | { readonly action: 'adopt'; readonly revision: ControllerRevision }
  /** It holds something else: try this name, and write the count to `status.collisionCount`. */
  | { readonly action: 'retry'; readonly revision: NewControllerRevision; readonly collisionCount: number };

/**
 * Settles a collision of `wanted`, named with `collisionCount`, with the object `existing` of the same name. Only the name is made
 * anew: the hash label keeps its first value (SS-49).
 */
export function nextCollision(of: {
  readonly set: StatefulSet;
  readonly wanted: NewControllerRevision;
  readonly existing: ControllerRevision;
  readonly collisionCount: number;
}): Collision {
  const { set, wanted, existing } = of;
  if (serializeRevision(wanted.data) === serializeRevision(existing.data))
    return { action: 'adopt', revision: existing };
  const collisionCount = of.collisionCount + 1;
  const name = revisionName(set.metadata.name, serializeRevision(wanted.data), collisionCount);
  return { action: 'retry', revision: { ...wanted, metadata: { ...wanted.metadata, name } }, collisionCount };
}

/** Oldest first: by number, then creation, then name (SS-51). */
export function compareRevisions(a: ControllerRevision, b: ControllerRevision): number {
  return a.revision - b.revision || createdAt(a) - createdAt(b) || compareUtf8(a.metadata.name, b.metadata.name);
}

/**
 * Chooses the update and the current revision (SS-52, SS-55).
 *
 * All revisions are compared by meaning, the newest first, so that neither a conversion nor another serializer makes a second revision of
 * one template. `collisionCount` is that of the status unless given.
 */
export function chooseRevisions(
  view: ClusterView,
  collisionCount: number = view.set.status?.collisionCount ?? 0,
): RevisionChoice {
  const { set } = view;
  const newestFirst = ownRevisions(view).sort(compareRevisions).reverse();
  const newest = newestFirst[0];
  const next = (newest?.revision ?? 0) + 1;
  const data = revisionData(set.spec.template);
  const hash = isOwn(set) ? templateHash(set.spec.template) : undefined;
  const same =
    newestFirst.find((revision) => sameRevisionData(revision.data, data)) ??
    (hash === undefined ? undefined : newestFirst.find((revision) => knowsTemplate(revision, hash)));
  const update: UpdateRevision =
    same === newest && same !== undefined
      ? { action: 'keep', name: same.metadata.name, revision: same }
      : same !== undefined
        ? { action: 'bump', name: same.metadata.name, revision: same, to: next }
        : hash !== undefined
          ? {
              action: 'check',
              name: revisionName(set.metadata.name, serializeRevision(data), collisionCount),
              known: newest?.metadata.name,
              hash,
            }
          : create(newRevision({ set, template: set.spec.template, revision: next, collisionCount }));
  const current = set.status?.currentRevision;
  const isKnown = newestFirst.some((revision) => revision.metadata.name === current);
  const otherwise = update.action === 'check' ? (update.known ?? '') : update.name;
  return { update, current: current !== undefined && isKnown ? current : otherwise };
}

/** The revision of a template that was checked: `template` with its defaults, `hash` of it as written. One that exists is to note the hash. */
export function checkedUpdate(
  view: ClusterView,
  template: PodTemplate,
  hash: string,
): UpdateRevision & { readonly action: 'keep' | 'create' } {
  const { set } = view;
  const newestFirst = ownRevisions(view).sort(compareRevisions).reverse();
  const data = revisionData(template);
  const same = newestFirst.find((revision) => sameRevisionData(revision.data, data));
  if (same !== undefined) return { action: 'keep', name: same.metadata.name, revision: same };
  const revision = (newestFirst[0]?.revision ?? 0) + 1;
  const fresh = newRevision({ set, template, revision, collisionCount: set.status?.collisionCount ?? 0 });
  const annotations = { ...fresh.metadata.annotations, [templateHashesAnnotation]: withTemplate(undefined, hash) };
  return create({ ...fresh, metadata: { ...fresh.metadata, annotations } });
}

/** Names of the revisions that must stay: current, update, and those that pods of the set were made from (SS-50). */
export function liveRevisions(
  view: ClusterView,
  choice: { readonly current: string; readonly update: string },
): ReadonlySet<string> {
  const { claimed, adopt } = claimPods(view);
  const labels = [...claimed, ...adopt].map(revisionOf).filter((name) => name !== undefined);
  return new Set([choice.current, choice.update, ...labels]);
}

/** The revisions to delete, oldest first, until `revisionHistoryLimit` (10) that are not live remain; a negative limit keeps all (SS-50). */
export function truncatedHistory(
  view: ClusterView,
  choice: { readonly current: string; readonly update: string },
): readonly ControllerRevision[] {
  const limit = view.set.spec.revisionHistoryLimit ?? 10;
  if (limit < 0) return [];
  const live = liveRevisions(view, choice);
  const history = view.revisions
    .filter((revision) => controllerOf(revision.metadata)?.uid === view.set.metadata.uid)
    .filter((revision) => !live.has(revision.metadata.name))
    .sort(compareRevisions);
  return history.slice(0, Math.max(0, history.length - limit));
}

function create(revision: NewControllerRevision): UpdateRevision & { readonly action: 'create' } {
  return { action: 'create', name: revision.metadata.name, revision };
}

function ownRevisions({ set, revisions }: ClusterView): ControllerRevision[] {
  return revisions.filter((revision) => {
    const controller = controllerOf(revision.metadata);
    return controller === undefined || controller.uid === set.metadata.uid;
  });
}

function createdAt(revision: ControllerRevision): number {
  return Date.parse(revision.metadata.creationTimestamp ?? '') || 0;
}
