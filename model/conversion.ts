import { annotations } from './annotations.ts';
import { type Desired, desiredOf } from './desired.ts';
import { controllerOf, setOwnerReference } from './identity.ts';
import type { ClusterView, ObjectMeta, OwnerReference, SetFlavour, StatefulSet, StatefulSetSpec } from './objects.ts';

/** A set as it is to be created in the other API. */
export interface ConvertedSet {
  readonly apiVersion: SetFlavour;
  readonly kind: 'StatefulSet';
  readonly metadata: Pick<ObjectMeta, 'name' | 'namespace' | 'labels' | 'annotations' | 'ownerReferences'>;
  readonly spec: StatefulSetSpec;
}

export type Conversion =
  | { readonly kind: 'converted'; readonly set: ConvertedSet }
  /** The other API has no way to say what this set asks for. */
  | { readonly kind: 'impossible'; readonly message: string };

/** What kubectl keeps of the manifest that it applied last. */
const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';

/** Of one conversion or one request: not of the set. */
const passing: readonly string[] = [
  annotations.replaces,
  annotations.requestId,
  annotations.earlierRequests,
  annotations.reason,
  annotations.requestedBy,
];

/** The uid of the set whose place this one is to take. */
export function replacedBy({ metadata }: StatefulSet): string | undefined {
  return metadata.annotations?.[annotations.replaces]?.split(' ')[0];
}

const switches = {
  [annotations.orderedDeletion]: 'orderedDeletion',
  [annotations.parallelReplace]: 'parallelReplace',
} as const satisfies Readonly<Record<string, keyof Desired>>;

/**
 * The same set in the other API. What it does stays the same: a behaviour that is on by default in one API only becomes an annotation where
 * the defaults differ, and is left out where they agree; so there and back is the set that it was.
 */
export function convert(set: StatefulSet, to: SetFlavour): Conversion {
  const desired = desiredOf(set);
  const isOwn = to === 'ordinal.dev/v1';
  if (desired.strategy === 'Recreate' && !isOwn) {
    return { kind: 'impossible', message: 'spec.updateStrategy.type: apps/v1 knows no Recreate: change it first' };
  }
  const { name, namespace, labels, ownerReferences } = set.metadata;
  const notes: Record<string, string> = { ...set.metadata.annotations };
  for (const key of [...passing, annotations.paused, ...Object.keys(switches)]) delete notes[key];
  for (const [key, field] of Object.entries(switches))
    if (desired[field] !== isOwn) notes[key] = String(desired[field]);
  if (desired.paused && !isOwn) notes[annotations.paused] = 'true';
  if (notes[lastApplied] !== undefined) notes[lastApplied] = inOtherApi(notes[lastApplied], to);
  const { paused: _, ...spec } = set.spec;
  return {
    kind: 'converted',
    set: {
      apiVersion: to,
      kind: 'StatefulSet',
      metadata: {
        name,
        ...(namespace !== undefined && { namespace }),
        ...(labels && { labels }),
        ...(Object.keys(notes).length > 0 && { annotations: notes }),
        ...(ownerReferences && { ownerReferences }),
      },
      spec: desired.paused && isOwn ? { ...spec, paused: true } : spec,
    },
  };
}

/** What a set asks for that nobody but an Ordinal worker honours: the annotations, empty on a set that any controller runs alike. */
export function ordinalOnly({ metadata }: Pick<ConvertedSet, 'metadata'>): readonly string[] {
  const { paused, abort, orderedDeletion, parallelReplace, stuckPolicy } = annotations;
  return [paused, abort, orderedDeletion, parallelReplace, stuckPolicy].filter(
    (key) => metadata.annotations?.[key] !== undefined,
  );
}

/** The view that `set` will have once all that belongs to the former set of the same name belongs to it. */
export function inNewHands(view: ClusterView, set: StatefulSet): ClusterView {
  const former = view.set.metadata.uid;
  const handed = <T extends { readonly metadata: ObjectMeta }>(object: T): T =>
    controllerOf(object.metadata)?.uid === former
      ? { ...object, metadata: { ...object.metadata, ownerReferences: handedOver(object.metadata, former, set) } }
      : object;
  return {
    set: { ...set, ...(view.set.status && { status: { ...view.set.status, conditions: [] } }) },
    pods: view.pods.map(handed),
    claims: view.claims,
    revisions: view.revisions.map(handed),
  };
}

function handedOver({ ownerReferences = [] }: ObjectMeta, former: string, to: StatefulSet): readonly OwnerReference[] {
  return [...ownerReferences.filter(({ uid }) => uid !== former), setOwnerReference(to)];
}

/** kubectl compares its next manifest with this one, which has the API of that time. */
function inOtherApi(text: string, to: SetFlavour): string {
  try {
    const manifest = JSON.parse(text) as Record<string, unknown>;
    return `${JSON.stringify({ ...manifest, apiVersion: to })}\n`;
  } catch {
    return text;
  }
}
