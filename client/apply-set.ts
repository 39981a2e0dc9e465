import type { KubeClient } from '../kube/client.ts';
import { setsOf } from '../kube/resources.ts';
import type { SetFlavour, SetKey, StatefulSet } from '../model/objects.ts';
import { isObject, wrong } from './arguments.ts';
import { applyRequested } from './apply-requested.ts';
import { InvalidError, translating } from './errors.ts';
import { type RequestOptions, wasRequested } from './request.ts';

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
  options: ApplyOptions,
): Promise<{ readonly key: SetKey; readonly set: StatefulSet; readonly changed: boolean }> {
  const { namespace, name } = wanted;
  if (!isObject(manifest)) throw wrong('the manifest', manifest, 'an object');
  const flavour = flavourIn(manifest, wanted);
  const key: SetKey = { flavour, namespace, name };
  const subject = `StatefulSet ${namespace}/${name}`;
  const former = await translating(subject, () => kube.find(setsOf(flavour), namespace, name));
  if (former !== undefined && wasRequested(former, options.id)) return { key, set: former, changed: false };
  const metadata = { ...manifest.metadata, name, namespace };
  const body = { ...manifest, apiVersion: flavour, kind: 'StatefulSet', metadata };
  const set = await applyRequested(kube, setsOf(flavour), namespace, { manifest: body, former, options });
  const changed = former?.metadata.resourceVersion !== set.metadata.resourceVersion;
  return { key, set, changed };
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
