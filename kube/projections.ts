import type { Claim, ContainerState, ContainerStatus, ObjectMeta, Pod, PodSpec } from '../model/objects.ts';
import { concealing } from './conceal-values.ts';
import type { KubeObject } from './resources.ts';

/**
 * What the cache keeps of objects: a pod of some 10 kB becomes one of some 2. A projected object is for reading only: writing it back would
 * drop fields. What kubelets and others say of a pod does not quote the values in it.
 */
export function projectPod(pod: Pod): Pod {
  const { apiVersion, kind, metadata, spec, status } = pod;
  const conceal = concealing(pod);
  const container = (each: ContainerStatus) => projectContainer(each, conceal);
  return {
    ...(apiVersion !== undefined && { apiVersion }),
    ...(kind !== undefined && { kind }),
    metadata: withoutManagedFields(metadata),
    spec: projectPodSpec(spec),
    ...(status && {
      status: compact({
        phase: status.phase,
        reason: status.reason,
        message: status.message && conceal(status.message),
        startTime: status.startTime,
        conditions: status.conditions?.map((each) =>
          each.message ? { ...each, message: conceal(each.message) } : each,
        ),
        containerStatuses: status.containerStatuses?.map(container),
        initContainerStatuses: status.initContainerStatuses?.map(container),
      }),
    }),
  };
}

/** Metadata without managedFields, the class, the volume's name, the phase. */
export function projectClaim(claim: Claim): Claim {
  const { apiVersion, kind, metadata, spec, status } = claim;
  return {
    ...(apiVersion !== undefined && { apiVersion }),
    ...(kind !== undefined && { kind }),
    metadata: withoutManagedFields(metadata),
    ...(spec && { spec: compact({ volumeName: spec.volumeName, storageClassName: spec['storageClassName'] }) }),
    ...(status && { status: compact({ phase: status.phase }) }),
  };
}

/** Everything but managedFields. */
export function projectWhole<T extends KubeObject>(object: T): T {
  return 'managedFields' in object.metadata ? { ...object, metadata: withoutManagedFields(object.metadata) } : object;
}

function projectPodSpec(spec: PodSpec): PodSpec {
  const { hostname, subdomain, nodeName, volumes, containers } = spec;
  const initContainers = spec['initContainers'] as typeof containers;
  return compact({
    hostname,
    subdomain,
    nodeName,
    volumes: volumes?.map(({ name, persistentVolumeClaim }) => compact({ name, persistentVolumeClaim })),
    containers: containers?.map(({ name, image }) => compact({ name, image })),
    initContainers: initContainers?.map(({ name, image }) => compact({ name, image })),
  });
}

function projectContainer(status: ContainerStatus, conceal: (text: string) => string): ContainerStatus {
  const { name, ready, restartCount, image, state, lastState } = status;
  return compact({
    name,
    ready,
    restartCount,
    image,
    state: state && told(state, conceal),
    lastState: lastState && briefly(told(lastState, conceal)),
  });
}

function told(state: ContainerState, conceal: (text: string) => string): ContainerState {
  const { waiting, terminated } = state;
  if (!waiting?.message && !terminated?.message) return state;
  return {
    ...state,
    ...(waiting?.message && { waiting: { ...waiting, message: conceal(waiting.message) } }),
    ...(terminated?.message && { terminated: { ...terminated, message: conceal(terminated.message) } }),
  };
}

/** A termination message may have 4 kB. */
function briefly({ waiting, running, terminated }: ContainerState): ContainerState {
  const message = terminated?.message?.slice(0, 500);
  return compact({
    waiting: waiting && compact({ reason: waiting.reason }),
    running,
    terminated: terminated && compact({ ...terminated, message, containerID: undefined }),
  });
}

function withoutManagedFields(metadata: ObjectMeta): ObjectMeta {
  if (!('managedFields' in metadata)) return metadata;
  const { managedFields: _, ...rest } = metadata as ObjectMeta & { readonly managedFields: unknown };
  return rest;
}

type Defined<T> = { readonly [K in keyof T]: Exclude<T[K], undefined> };

/** Drops the fields that are undefined, so that equal objects look equal. */
function compact<T extends object>(object: T): Defined<T> {
  for (const key of Object.keys(object) as (keyof T)[]) {
    if (object[key] === undefined) delete object[key];
  }
  return object as Defined<T>;
}
