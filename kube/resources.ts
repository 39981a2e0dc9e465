import { goJson } from '../model/go-json.ts';
import type { Claim, ControllerRevision, ObjectMeta, Pod, SetFlavour, StatefulSet } from '../model/objects.ts';

export type { SetFlavour } from '../model/objects.ts';

/** Any object as raw JSON. */
export interface KubeObject {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata: ObjectMeta;
}

/** A served kind; `T` is only a type: what its objects look like. */
export interface Resource<T extends KubeObject = KubeObject> {
  /** Empty for the core group. */
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly kind: string;
  readonly namespaced: boolean;
  readonly object?: T;
  /** How whole objects are written down where the bytes matter. Default: `JSON.stringify`. */
  readonly serialize?: (object: object) => string;
}

export interface LeaseObject extends KubeObject {
  readonly spec?: {
    readonly holderIdentity?: string;
    readonly leaseDurationSeconds?: number;
    readonly acquireTime?: string;
    readonly renewTime?: string;
    readonly leaseTransitions?: number;
  };
}

export interface NamespaceObject extends KubeObject {
  readonly status?: { readonly phase?: 'Active' | 'Terminating' };
}

function resource<T extends KubeObject = KubeObject>(
  apiVersion: string,
  plural: string,
  kind: string,
  namespaced = true,
): Resource<T> {
  const [first = '', second] = apiVersion.split('/');
  return second === undefined
    ? { group: '', version: first, plural, kind, namespaced }
    : { group: first, version: second, plural, kind, namespaced };
}

export const pods = resource<Pod>('v1', 'pods', 'Pod');
/** For dry runs only: its create validates a whole pod template. */
export const podTemplates = resource('v1', 'podtemplates', 'PodTemplate');
export const claims = resource<Claim>('v1', 'persistentvolumeclaims', 'PersistentVolumeClaim');
/**
 * The server keeps `data` as the bytes that were sent, and calls it immutable: written as Go writes it, a patch by another controller
 * (the garbage collector's orphaning, an adoption) finds the same bytes.
 */
export const revisions: Resource<ControllerRevision> = {
  ...resource<ControllerRevision>('apps/v1', 'controllerrevisions', 'ControllerRevision'),
  serialize: goJson,
};
export const events = resource('v1', 'events', 'Event');
export const leases = resource<LeaseObject>('coordination.k8s.io/v1', 'leases', 'Lease');
export const namespaces = resource<NamespaceObject>('v1', 'namespaces', 'Namespace', false);
export const serviceAccounts = resource('v1', 'serviceaccounts', 'ServiceAccount');
export const customResourceDefinitions = resource(
  'apiextensions.k8s.io/v1',
  'customresourcedefinitions',
  'CustomResourceDefinition',
  false,
);

const sets: Readonly<Record<SetFlavour, Resource<StatefulSet>>> = {
  'apps/v1': resource<StatefulSet>('apps/v1', 'statefulsets', 'StatefulSet'),
  'ordinal.dev/v1': resource<StatefulSet>('ordinal.dev/v1', 'statefulsets', 'StatefulSet'),
};

export function setsOf(flavour: SetFlavour): Resource<StatefulSet> {
  return sets[flavour];
}

/** `v1`, `apps/v1`, ... */
export function apiVersionOf(resource: Resource): string {
  return resource.group === '' ? resource.version : `${resource.group}/${resource.version}`;
}

/** A name that would make the path of a request one of another object; said before anything is asked. */
export class InvalidNameError extends Error {
  override readonly name = 'InvalidNameError';
}

/** As client-go has it (apimachinery, `path.IsValidPathSegmentName`). Throws `InvalidNameError`. */
function segment(what: string, name: string): string {
  const wrong = name === '.' || name === '..' ? name : ['/', '%'].find((part) => name.includes(part));
  if (wrong === undefined) return encodeURIComponent(name);
  throw new InvalidNameError(
    `invalid ${what} name ${JSON.stringify(name)}: may not ${wrong === name ? 'be' : 'contain'} '${wrong}'`,
  );
}

/** The path of a collection; without a namespace that of all namespaces. Throws `InvalidNameError`. */
export function collectionPath(resource: Resource, namespace?: string): string {
  const root = resource.group === '' ? '/api' : `/apis/${resource.group}`;
  const scope = resource.namespaced && namespace !== undefined ? `/namespaces/${segment('namespace', namespace)}` : '';
  return `${root}/${resource.version}${scope}/${resource.plural}`;
}

/** The path of one object. The namespace is ignored for kinds that have none. Throws `TypeError` when a name is missing, `InvalidNameError` for one that cannot be. */
export function objectPath(
  resource: Resource,
  namespace: string | undefined,
  name: string,
  subresource?: string,
): string {
  if (name === '') throw new TypeError(`a ${resource.kind} needs a name`);
  if (resource.namespaced && (namespace === undefined || namespace === '')) {
    throw new TypeError(`${resource.kind} ${name} needs a namespace`);
  }
  const path = `${collectionPath(resource, namespace)}/${segment(resource.kind, name)}`;
  return subresource === undefined ? path : `${path}/${subresource}`;
}

/** Items of lists come without apiVersion and kind: this names them again. */
export function named<T extends KubeObject>(resource: Resource<T>, object: T): T {
  return object.apiVersion !== undefined && object.kind !== undefined
    ? object
    : { ...object, apiVersion: apiVersionOf(resource), kind: resource.kind };
}
