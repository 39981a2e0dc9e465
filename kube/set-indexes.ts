import { controllerOf, parsePodName } from '../model/identity.ts';
import type { ControllerRevision, SetFlavour, SetKey, StatefulSet } from '../model/objects.ts';
import type { KubeObject } from './resources.ts';

export function namespaceOf({ metadata }: KubeObject): string {
  return metadata.namespace ?? '';
}

export function keyOfSet(flavour: SetFlavour, set: StatefulSet): SetKey {
  return { flavour, namespace: namespaceOf(set), name: set.metadata.name };
}

/** `<namespace>/<name without the ordinal>`, for pods (SS-24) and claims; none when the name ends in no ordinal. */
export function stemOf(object: KubeObject): readonly string[] {
  const parsed = parsePodName(object.metadata.name);
  return parsed === undefined ? [] : [`${namespaceOf(object)}/${parsed.prefix}`];
}

/** The stems of the claims of a set. */
export function stemsOf(set: StatefulSet): readonly string[] {
  const { namespace, name } = set.metadata;
  return (set.spec.volumeClaimTemplates ?? []).map((template) => `${namespace}/${template.metadata.name}-${name}`);
}

export function ownerOf({ metadata }: ControllerRevision): readonly string[] {
  const owner = controllerOf(metadata);
  return owner === undefined ? [] : [owner.uid];
}

export function freeIn(revision: ControllerRevision): readonly string[] {
  return controllerOf(revision.metadata) === undefined ? [namespaceOf(revision)] : [];
}
