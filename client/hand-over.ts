import type { KubeClient } from '../kube/client.ts';
import { isConflict, isNotFound } from '../kube/errors.ts';
import { claims, type KubeObject, pods, type Resource, revisions, setsOf } from '../kube/resources.ts';
import { sleep } from '../kube/sleep.ts';
import { annotations, orderedDeletionFinalizer } from '../model/annotations.ts';
import { controllerOf, parsePodName } from '../model/identity.ts';
import type { SetFlavour, StatefulSet } from '../model/objects.ts';
import { OrdinalError, translating } from './errors.ts';
import { loadView } from './set-view.ts';

/** How long a worker may take to let go a set whose pods stay, in ms; then it is done here. */
const workerLetsGoMs = 2_000;

/** Waits until a set that was deleted is gone; our finalizer, which orders the deletion of pods, has no business when they stay. */
export async function leave(kube: KubeClient, set: StatefulSet, timeoutMs: number): Promise<void> {
  const { name, namespace, uid } = set.metadata;
  const resource = setsOf(set.apiVersion as SetFlavour);
  const begun = Date.now();
  for (; ; await sleep(50)) {
    const now = await translating(`StatefulSet ${namespace}/${name}`, () => kube.find(resource, namespace, name));
    if (now?.metadata.uid !== uid) return;
    const { finalizers = [], resourceVersion } = now.metadata;
    const waited = Date.now() - begun;
    if (finalizers.includes(orderedDeletionFinalizer) && waited > workerLetsGoMs) {
      const others = finalizers.filter((each) => each !== orderedDeletionFinalizer);
      await forgiving(() =>
        kube.patch(resource, namespace, name, { metadata: { uid, resourceVersion, finalizers: others } }, 'merge'),
      );
    }
    if (waited > timeoutMs) {
      throw new OrdinalError(
        'Timeout',
        `StatefulSet ${namespace}/${name} of ${set.apiVersion} is not gone yet, it has the finalizers ${finalizers.join(', ')}: run the same command again to go on`,
      );
    }
  }
}

/** The former set is gone: sees to it that the new one has all that it had. */
export async function finishHandOver(
  kube: KubeClient,
  set: StatefulSet,
  timeoutMs: number,
  onStep: (text: string) => void,
): Promise<StatefulSet> {
  const { name, namespace = '', uid } = set.metadata;
  const flavour = set.apiVersion as SetFlavour;
  const resource = setsOf(flavour);
  const [former, current] = set.metadata.annotations?.[annotations.replaces]?.split(' ') ?? [];
  const subject = `StatefulSet ${namespace}/${name}`;
  return translating(subject, async () => {
    if (former !== undefined) await cutLoose(kube, set, former);
    if (current !== undefined) await keepCurrent(kube, set, current);
    const body = { metadata: { uid, annotations: { [annotations.replaces]: null } } };
    await kube.patch(resource, namespace, name, body, 'merge');
    for (const deadline = Date.now() + timeoutMs; ; await sleep(50)) {
      const view = await loadView(kube, { flavour, namespace, name });
      if (view?.set.metadata.uid !== uid) throw new OrdinalError('NotFound', `${subject} is gone`);
      const left = view.pods.filter(
        ({ metadata }) => parsePodName(metadata.name)?.prefix === name && controllerOf(metadata)?.uid !== uid,
      );
      const { status, metadata } = view.set;
      const isTakenUp = (status?.observedGeneration ?? 0) >= (metadata.generation ?? 0);
      if (left.length === 0 && isTakenUp) {
        onStep(`its ${view.pods.length} pods adopted`);
        return current === undefined || status?.currentRevision === current
          ? view.set
          : await keepCurrent(kube, view.set, current);
      }
      if (Date.now() > deadline) {
        const what =
          left.length > 0
            ? `has not adopted ${left.map((pod) => pod.metadata.name).join(', ')}`
            : 'has not been taken up';
        throw new OrdinalError(
          'Timeout',
          `${subject} of ${flavour} ${what} yet: is it served? see ordinal explain ${name} -n ${namespace}`,
        );
      }
    }
  });
}

/** The revision of the pods below a partition: a set without a status takes the newest one for it. */
function keepCurrent(
  kube: KubeClient,
  { apiVersion, metadata, status }: StatefulSet,
  current: string,
): Promise<StatefulSet> {
  const { name, namespace, uid } = metadata;
  const body = { metadata: { uid }, status: { replicas: status?.replicas ?? 0, currentRevision: current } };
  const resource = setsOf(apiVersion as SetFlavour);
  return kube.patch(resource, namespace, name, body, 'merge', {
    subresource: 'status',
    fieldManager: 'ordinal-convert',
  });
}

/**
 * Removes references to a set that is gone, which would have the garbage collector remove what they stand on. It has done so itself before it let the
 * set go, but for what got its reference in that very moment.
 */
async function cutLoose(kube: KubeClient, set: StatefulSet, former: string): Promise<void> {
  const { name, namespace = '' } = set.metadata;
  const view = await loadView(kube, { flavour: set.apiVersion as SetFlavour, namespace, name });
  if (view === undefined) return;
  const owned: readonly (readonly [Resource, readonly KubeObject[]])[] = [
    [claims, [...(view.claims?.values() ?? [])]],
    [pods, view.pods],
    [revisions, view.revisions],
  ];
  for (const [resource, objects] of owned) {
    for (const { metadata } of objects) {
      const { uid, resourceVersion, ownerReferences = [] } = metadata;
      const others = ownerReferences.filter((owner) => owner.uid !== former);
      if (others.length === ownerReferences.length) continue;
      const body = { metadata: { uid, resourceVersion, ownerReferences: others } };
      await forgiving(() => kube.patch(resource, namespace, metadata.name, body, 'merge'));
    }
  }
}

/** Somebody else was faster, or it is gone. */
async function forgiving(call: () => Promise<unknown>): Promise<void> {
  try {
    await call();
  } catch (error) {
    if (!isConflict(error) && !isNotFound(error)) throw error;
  }
}
