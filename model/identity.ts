import type {
  ClaimTemplate,
  NewClaim,
  NewPod,
  ObjectMeta,
  OwnerReference,
  Pod,
  PodTemplate,
  StatefulSet,
} from './objects.ts';

/** The pod's own name, as a label (SS-27). */
export const podNameLabel = 'statefulset.kubernetes.io/pod-name';
/** The pod's ordinal, as a label (SS-27). */
const podIndexLabel = 'apps.kubernetes.io/pod-index';
/** The full name of the revision that a pod was made from (SS-27). */
export const revisionLabel = 'controller-revision-hash';

const maxOrdinal = 2 ** 31 - 1;
const zero = '0'.charCodeAt(0);

/** `<set>-<ordinal>` (SS-23). */
export function podName(set: StatefulSet, ordinal: number): string {
  return `${set.metadata.name}-${ordinal}`;
}

/**
 * Splits a pod name at its last dash; undefined when no digits follow one (SS-24).
 *
 * An ordinal beyond int32 is -1: such a pod may belong to the set but holds no place in it. `web-01` parses as ordinal 1, whose
 * canonical name it is not: `hasIdentity` tells.
 */
export function parsePodName(name: string): { readonly prefix: string; readonly ordinal: number } | undefined {
  const dash = name.lastIndexOf('-');
  if (dash < 0 || dash === name.length - 1) return undefined;
  let ordinal = 0;
  // Read by hand: every plan does this for every pod.
  for (let index = dash + 1; index < name.length; index++) {
    const digit = name.charCodeAt(index) - zero;
    if (digit < 0 || digit > 9) return undefined;
    ordinal = ordinal * 10 + digit;
  }
  return { prefix: name.slice(0, dash), ordinal: ordinal <= maxOrdinal ? ordinal : -1 };
}

/** `<template>-<set>-<ordinal>` (SS-33). */
export function claimName(template: ClaimTemplate, set: StatefulSet, ordinal: number): string {
  return `${template.metadata.name}-${podName(set, ordinal)}`;
}

/** The name of the revision that a pod was made from. */
export function revisionOf(pod: Pod): string | undefined {
  return pod.metadata.labels?.[revisionLabel];
}

/** The one owner that manages an object, if any. */
export function controllerOf(meta: Pick<ObjectMeta, 'ownerReferences'>): OwnerReference | undefined {
  return meta.ownerReferences?.find((owner) => owner.controller === true);
}

/** The reference that marks an object as the set's own (SS-30). */
export function setOwnerReference(set: StatefulSet): OwnerReference {
  const { apiVersion, kind, metadata } = set;
  return { apiVersion, kind, name: metadata.name, uid: metadata.uid, controller: true, blockOwnerDeletion: true };
}

/**
 * The pod of an ordinal, to be created (SS-26, SS-27, SS-29, SS-30, SS-31).
 *
 * `template` is the template of the revision named `revision`; the claim templates are those of the live set. Hostname and subdomain of
 * the template are overwritten, and a claim wins over a volume of the template with the same name.
 */
export function newPod(of: {
  readonly set: StatefulSet;
  readonly revision: string;
  readonly template: PodTemplate;
  readonly ordinal: number;
}): NewPod {
  const { set, revision, template, ordinal } = of;
  const claimTemplates = set.spec.volumeClaimTemplates ?? [];
  const { annotations, finalizers } = template.metadata ?? {};
  const { subdomain: _, volumes: templateVolumes = [], ...spec } = template.spec;
  const claimed = new Set(claimTemplates.map((claim) => claim.metadata.name));
  const volumes = [
    ...claimTemplates.map((claim) => ({
      name: claim.metadata.name,
      persistentVolumeClaim: { claimName: claimName(claim, set, ordinal) },
    })),
    ...templateVolumes.filter((volume) => !claimed.has(volume.name)),
  ];
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: podName(set, ordinal),
      namespace: set.metadata.namespace,
      generateName: `${set.metadata.name}-`,
      labels: { ...template.metadata?.labels, ...identityLabels(set, ordinal), [revisionLabel]: revision },
      ...(annotations && { annotations }),
      ...(finalizers && { finalizers }),
      ownerReferences: [setOwnerReference(set)],
    },
    spec: {
      ...spec,
      hostname: podName(set, ordinal),
      ...(set.spec.serviceName && { subdomain: set.spec.serviceName }),
      ...(volumes.length > 0 && { volumes }),
    },
  };
}

/** A claim of an ordinal, to be created (SS-33, SS-34): labels of the template under the selector's, no owner. */
export function newClaim(of: {
  readonly set: StatefulSet;
  readonly template: ClaimTemplate;
  readonly ordinal: number;
}): NewClaim {
  const { set, template, ordinal } = of;
  const { annotations, finalizers } = template.metadata as {
    annotations?: Record<string, string>;
    finalizers?: string[];
  };
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: {
      name: claimName(template, set, ordinal),
      namespace: set.metadata.namespace,
      labels: { ...template.metadata.labels, ...set.spec.selector.matchLabels },
      ...(annotations && { annotations }),
      ...(finalizers && { finalizers }),
    },
    spec: template.spec,
  };
}

/** Does the pod bear the name, namespace and name label of its ordinal? (SS-28) */
export function hasIdentity(set: StatefulSet, pod: Pod): boolean {
  const { name, labels } = pod.metadata;
  return hasCanonicalName(set, pod) && labels?.[podNameLabel] === name;
}

/** A merge patch that rewrites the labels of identity (SS-28). */
export interface IdentityPatch {
  readonly metadata: { readonly labels: Readonly<Record<string, string>> };
}

/** The patch that gives a pod its identity back; undefined when nothing is wrong, or when its name is, which no patch can change. */
export function identityPatch(set: StatefulSet, pod: Pod): IdentityPatch | undefined {
  const parsed = parsePodName(pod.metadata.name);
  if (parsed === undefined || !hasCanonicalName(set, pod) || hasIdentity(set, pod)) return undefined;
  return { metadata: { labels: identityLabels(set, parsed.ordinal) } };
}

/** Does the pod mount the claim of every claim template? Other volumes do not matter (SS-32). */
export function hasStorage(set: StatefulSet, pod: Pod): boolean {
  const parsed = parsePodName(pod.metadata.name);
  if (parsed === undefined || parsed.ordinal < 0) return false;
  return (set.spec.volumeClaimTemplates ?? []).every((template) => {
    const volume = pod.spec.volumes?.find(({ name }) => name === template.metadata.name);
    return volume?.persistentVolumeClaim?.claimName === claimName(template, set, parsed.ordinal);
  });
}

function identityLabels(set: StatefulSet, ordinal: number): Record<string, string> {
  return { [podNameLabel]: podName(set, ordinal), [podIndexLabel]: String(ordinal) };
}

function hasCanonicalName(set: StatefulSet, pod: Pod): boolean {
  const ordinal = parsePodName(pod.metadata.name)?.ordinal ?? -1;
  return (
    ordinal >= 0 && pod.metadata.name === podName(set, ordinal) && pod.metadata.namespace === set.metadata.namespace
  );
}
