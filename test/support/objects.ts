import type { KubeObject } from '../invariants/objects.ts';

/** What the tests look at in the objects that they watch. */
export interface Pod extends KubeObject {
  readonly spec: {
    readonly nodeName?: string;
    readonly hostname?: string;
    readonly subdomain?: string;
    readonly containers: readonly { readonly name: string; readonly image: string }[];
    readonly volumes?: readonly {
      readonly name: string;
      readonly persistentVolumeClaim?: { readonly claimName: string };
    }[];
  };
  readonly status?: {
    readonly phase?: string;
    readonly podIP?: string;
    readonly conditions?: readonly Condition[];
    readonly containerStatuses?: readonly { readonly name: string; readonly ready: boolean }[];
  };
}

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
  readonly lastTransitionTime?: string;
}

export interface Claim extends KubeObject {
  readonly spec: {
    readonly volumeName?: string;
    readonly storageClassName?: string;
    readonly resources?: { readonly requests?: { readonly storage?: string } };
  };
  readonly status?: { readonly phase?: string };
}

export interface StatefulSet extends KubeObject {
  readonly spec: { readonly replicas?: number };
  readonly status?: {
    readonly observedGeneration?: number;
    readonly replicas?: number;
    readonly readyReplicas?: number;
    readonly availableReplicas?: number;
    readonly currentReplicas?: number;
    readonly updatedReplicas?: number;
    readonly currentRevision?: string;
    readonly updateRevision?: string;
    readonly conditions?: readonly Condition[];
  };
}

export function isReady({ status }: Pod): boolean {
  return (
    status?.phase === 'Running' &&
    status.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True') === true
  );
}

export function imageOf(pod: Pod | undefined): string | undefined {
  return pod?.spec.containers[0]?.image;
}

/**
 * Whether the status says that the newest generation is through: all replicas at the update revision, which is the current one, and
 * available. Where there is a condition Ready (not under the controller of Kubernetes), it has to agree: pods outside of a window that
 * has moved are counted as well.
 */
export function hasSettled({ metadata, spec: { replicas = 1 }, status }: StatefulSet): boolean {
  return (
    status?.observedGeneration === metadata.generation &&
    status?.replicas === replicas &&
    (status.updatedReplicas ?? 0) === replicas &&
    (status.availableReplicas ?? 0) === replicas &&
    status.currentRevision === status.updateRevision &&
    status.conditions?.find(({ type }) => type === 'Ready')?.status !== 'False'
  );
}

/** Whether a controller has had a whole look at the newest spec of a set (SS-99). */
export function isObserved(set: StatefulSet | undefined): boolean {
  return set !== undefined && set.status?.observedGeneration === set.metadata.generation;
}
