import { isAlreadyExists, isConflict, isInvalid, isNotFound } from '../kube/errors.ts';
import { removeFinalizer } from '../kube/remove-finalizer.ts';
import { pods, revisions, setsOf } from '../kube/resources.ts';
import { orderedDeletionFinalizer } from '../model/annotations.ts';
import type { Chore } from '../model/chores.ts';
import { controllerOf, hasStorage, setOwnerReference } from '../model/identity.ts';
import type {
  ClusterView,
  ControllerRevision,
  ObjectMeta,
  OwnerReference,
  Pod,
  SetKey,
  StatefulSet,
} from '../model/objects.ts';
import { chooseRevisions, nextCollision, type UpdateRevision } from '../model/revisions.ts';
import { selectorString } from '../model/selector.ts';
import type { Seen } from '../workflows/messages.ts';
import type { Dependencies } from './dependencies.ts';
import { settleTemplate } from './check-template.ts';
import type { Look } from './planner.ts';

/**
 * Does one chore and returns the versions that it wrote. A chore that somebody else has done, or that a newer version of an object
 * makes pointless, is no error: the next look tells.
 */
export async function doChore(
  dependencies: Dependencies,
  key: SetKey,
  { view }: Look,
  chore: Chore,
  signal: AbortSignal,
): Promise<Seen> {
  const { cache, client, events } = dependencies;
  const { set } = view;
  try {
    switch (chore.kind) {
      case 'revision':
        return await ensureRevision(dependencies, key, view, chore.update, signal);
      case 'promote': {
        const status = { ...set.status, replicas: set.status?.replicas ?? 0, currentRevision: chore.revision };
        const promoted = await client.replaceStatus(
          setsOf(key.flavour),
          key.namespace,
          key.name,
          { ...set, status },
          { signal },
        );
        cache.observe('sets', promoted);
        return { sets: promoted.metadata.resourceVersion };
      }
      case 'drop-revision': {
        const { name, uid, resourceVersion } = chore.revision.metadata;
        await client.remove(revisions, key.namespace, name, { uid, resourceVersion, signal });
        await cache.changed(key, signal, 500);
        return {};
      }
      case 'adopt-revision': {
        if (!(await isAlive(dependencies, key, set, signal))) return {};
        const patch = owned(chore.revision.metadata, adoptedBy(set, chore.revision.metadata));
        const adopted = await client.patch(revisions, key.namespace, chore.revision.metadata.name, patch, 'merge', {
          signal,
        });
        cache.observe('revisions', adopted);
        return { revisions: adopted.metadata.resourceVersion };
      }
      case 'adopt-pod':
      case 'release-pod': {
        if (chore.kind === 'adopt-pod' && !(await isAlive(dependencies, key, set, signal))) return {};
        const { metadata } = chore.pod;
        const owners = chore.kind === 'adopt-pod' ? adoptedBy(set, metadata) : releasedBy(set, metadata);
        const pod = await client.patch(pods, key.namespace, metadata.name, owned(metadata, owners), 'merge', {
          signal,
        });
        cache.observe('pods', pod);
        if (chore.kind === 'adopt-pod' && !hasStorage(set, pod))
          events.record(set, 'Warning', 'FailedUpdate', lacking(set, pod));
        return { pods: pod.metadata.resourceVersion };
      }
      case 'add-finalizer': {
        const { uid, resourceVersion, finalizers = [] } = set.metadata;
        const body = { metadata: { uid, resourceVersion, finalizers: [...finalizers, orderedDeletionFinalizer] } };
        const patched = await client.patch(setsOf(key.flavour), key.namespace, key.name, body, 'merge', { signal });
        cache.observe('sets', patched);
        return { sets: patched.metadata.resourceVersion };
      }
      case 'remove-finalizer':
        return { sets: (await removeFinalizer(client, key, set, { signal })).metadata.resourceVersion };
    }
  } catch (error) {
    const isHarmless = isConflict(error) || isNotFound(error) || isAlreadyExists(error);
    if (!isHarmless && !(chore.kind === 'release-pod' && isInvalid(error))) throw error;
    await cache.changed(key, signal, 500);
    return {};
  }
}

/** SS-52: creates the revision, or bumps the number of a former one. */
async function ensureRevision(
  dependencies: Dependencies,
  key: SetKey,
  view: ClusterView,
  update: UpdateRevision,
  signal: AbortSignal,
): Promise<Seen> {
  const { cache, client } = dependencies;
  if (update.action === 'keep') return {};
  if (update.action === 'bump') {
    const { name, uid, resourceVersion } = update.revision.metadata;
    const body = { metadata: { uid, resourceVersion }, revision: update.to };
    const bumped = await client.patch(revisions, key.namespace, name, body, 'merge', { signal });
    cache.observe('revisions', bumped);
    return { revisions: bumped.metadata.resourceVersion };
  }
  const fresh = await withFreshRevisions(dependencies, key, view, signal);
  const again = chooseRevisions(fresh).update;
  if (again.action === 'keep' || again.action === 'bump') {
    return { revisions: again.revision.metadata.resourceVersion };
  }
  if (again.action === 'create') return createRevision(dependencies, key, fresh, again, signal);
  const checked = await settleTemplate(dependencies, key, fresh, again.hash, signal);
  return checked.kind === 'written' ? checked.wrote : createRevision(dependencies, key, fresh, checked.update, signal);
}

/** Creates it, or takes another name where the name is taken (SS-54). */
async function createRevision(
  { cache, client }: Dependencies,
  key: SetKey,
  { set }: ClusterView,
  update: UpdateRevision & { readonly action: 'create' },
  signal: AbortSignal,
): Promise<Seen> {
  try {
    const created = await client.create(revisions, key.namespace, update.revision, { signal });
    cache.observe('revisions', created);
    return { revisions: created.metadata.resourceVersion };
  } catch (error) {
    if (!isAlreadyExists(error)) throw error;
  }
  const existing = await client.get(revisions, key.namespace, update.name, { signal });
  const collisionCount = set.status?.collisionCount ?? 0;
  const collision = nextCollision({ set, wanted: update.revision, existing, collisionCount });
  if (collision.action === 'adopt') {
    cache.observe('revisions', collision.revision);
    return { revisions: collision.revision.metadata.resourceVersion };
  }
  // The count is a decision and kept in the status; with it the next look chooses another name.
  const fresh = await client.get(setsOf(key.flavour), key.namespace, key.name, { signal });
  const status = { ...fresh.status, replicas: fresh.status?.replicas ?? 0, collisionCount: collision.collisionCount };
  const written = await client.replaceStatus(
    setsOf(key.flavour),
    key.namespace,
    key.name,
    { ...fresh, status },
    { signal },
  );
  cache.observe('sets', written);
  return { sets: written.metadata.resourceVersion };
}

/**
 * The view with the revisions as they are now. A set that takes another one's place may be seen before the revisions that it has taken over:
 * a second revision for the template that its pods have would restart all of them.
 */
async function withFreshRevisions(
  { cache, client }: Dependencies,
  key: SetKey,
  view: ClusterView,
  signal: AbortSignal,
): Promise<ClusterView> {
  const { uid } = view.set.metadata;
  const labelSelector = selectorString(view.set.spec.selector);
  const listed = await client.list(revisions, key.namespace, { labelSelector, signal });
  for (const revision of listed.items) cache.observe('revisions', revision);
  const isOurs = ({ metadata }: ControllerRevision) => (controllerOf(metadata)?.uid ?? uid) === uid;
  return { ...view, revisions: listed.items.filter(isOurs) };
}

/** SS-100: nothing is adopted before an uncached read has confirmed that the set still lives. */
async function isAlive({ client }: Dependencies, key: SetKey, set: StatefulSet, signal: AbortSignal): Promise<boolean> {
  const fresh = await client.find(setsOf(key.flavour), key.namespace, key.name, { signal });
  return fresh?.metadata.uid === set.metadata.uid && fresh.metadata.deletionTimestamp === undefined;
}

function owned({ uid, resourceVersion }: ObjectMeta, ownerReferences: readonly OwnerReference[]): object {
  return { metadata: { uid, resourceVersion, ownerReferences } };
}

function adoptedBy(set: StatefulSet, { ownerReferences = [] }: ObjectMeta): readonly OwnerReference[] {
  return [...ownerReferences.filter((owner) => owner.uid !== set.metadata.uid), setOwnerReference(set)];
}

function releasedBy(set: StatefulSet, { ownerReferences = [] }: ObjectMeta): readonly OwnerReference[] {
  return ownerReferences.filter((owner) => owner.uid !== set.metadata.uid);
}

/** SS-32: the volumes of a pod cannot be changed; only a person can know whether it may be replaced. */
function lacking(set: StatefulSet, pod: Pod): string {
  const { name } = pod.metadata;
  return `update Pod ${name} in StatefulSet ${set.metadata.name} failed error: it was adopted as it is, but does not mount the claims of its ordinal: delete it to have it created with them`;
}
