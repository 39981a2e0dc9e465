import type { KubeClient } from '../kube/client.ts';
import { setsOf } from '../kube/resources.ts';
import { annotations } from '../model/annotations.ts';
import type { SetFlavour, SetKey, StatefulSet } from '../model/objects.ts';
import { isObject, wrong } from './arguments.ts';
import { serverSideApply } from './apply-object.ts';
import { InvalidError, translating } from './errors.ts';
import { requestAnnotations, type RequestOptions, wasRequested } from './request.ts';

/** A manifest as it stands in a file: raw JSON. */
export interface Manifest {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata?: { readonly name?: string; readonly namespace?: string; readonly [field: string]: unknown };
  readonly [field: string]: unknown;
}

export interface ApplyOptions extends RequestOptions {
  /** Take fields that another tool has set. Default false: such a conflict is an error that names both. */
  readonly force?: boolean;
}

interface Wanted {
  readonly namespace: string;
  readonly name: string;
  readonly flavour?: SetFlavour;
}

/** Applies the manifest of a set; says which flavour it is and whether anything changed. */
export async function applySet(
  kube: KubeClient,
  wanted: Wanted,
  manifest: Manifest,
  id: string,
  options: ApplyOptions,
): Promise<{ readonly key: SetKey; readonly set: StatefulSet; readonly changed: boolean }> {
  const { namespace, name } = wanted;
  if (!isObject(manifest)) throw wrong('the manifest', manifest, 'an object');
  const flavour = flavourIn(manifest, wanted);
  const key: SetKey = { flavour, namespace, name };
  const subject = `StatefulSet ${namespace}/${name}`;
  const former = await translating(subject, () => kube.find(setsOf(flavour), namespace, name));
  if (former !== undefined && wasRequested(former, options.id)) return { key, set: former, changed: false };
  const given = (manifest.metadata?.['annotations'] ?? {}) as Readonly<Record<string, string>>;
  const request = {
    // A random id would change the set with every apply of the same file.
    ...(options.id !== undefined && stated(requestAnnotations(id, {}, former))),
    ...(options.reason !== undefined && { [annotations.reason]: options.reason }),
    ...(options.requestedBy !== undefined && { [annotations.requestedBy]: options.requestedBy }),
  };
  const annotated = { ...given, ...request };
  const metadata = {
    ...manifest.metadata,
    name,
    namespace,
    ...(Object.keys(annotated).length > 0 && { annotations: annotated }),
  };
  const body = { ...manifest, apiVersion: flavour, kind: 'StatefulSet', metadata };
  const { force, dryRun } = options;
  const set = await serverSideApply(kube, setsOf(flavour), namespace, body, { force, dryRun });
  const changed = former?.metadata.resourceVersion !== set.metadata.resourceVersion;
  return { key, set, changed };
}

/** A manifest leaves out what a patch sets to null. */
function stated(patch: Readonly<Record<string, string | null>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(patch).filter((entry): entry is [string, string] => entry[1] !== null));
}

function flavourIn(manifest: Manifest, wanted: Wanted): SetFlavour {
  const { apiVersion = wanted.flavour ?? 'ordinal.dev/v1', kind = 'StatefulSet', metadata } = manifest;
  const problem = (path: string, message: string) =>
    new InvalidError(`the manifest is invalid: ${path}: ${message}`, [{ path, message }]);
  if (kind !== 'StatefulSet') throw problem('kind', `"${kind}", StatefulSet is wanted`);
  if (apiVersion !== 'apps/v1' && apiVersion !== 'ordinal.dev/v1') {
    throw problem('apiVersion', `"${apiVersion}", apps/v1 or ordinal.dev/v1 is wanted`);
  }
  if (wanted.flavour !== undefined && apiVersion !== wanted.flavour)
    throw problem('apiVersion', `the handle is on ${wanted.flavour}`);
  if (metadata?.name !== undefined && metadata.name !== wanted.name)
    throw problem('metadata.name', `the handle is on ${wanted.name}`);
  if (metadata?.namespace !== undefined && metadata.namespace !== wanted.namespace) {
    throw problem('metadata.namespace', `the handle is on ${wanted.namespace}`);
  }
  return apiVersion;
}
