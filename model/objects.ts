/**
 * The Kubernetes objects that Ordinal looks at, as raw JSON.
 *
 * Only the fields that decisions are made on are named; whatever else an object carries is kept and sent back untouched.
 * Times are RFC 3339 strings, as on the wire.
 */

export interface OwnerReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
  readonly controller?: boolean;
  readonly blockOwnerDeletion?: boolean;
}

export interface ObjectMeta {
  readonly name: string;
  readonly namespace?: string;
  readonly generateName?: string;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly generation?: number;
  readonly creationTimestamp?: string;
  readonly deletionTimestamp?: string;
  readonly deletionGracePeriodSeconds?: number;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly ownerReferences?: readonly OwnerReference[];
  readonly finalizers?: readonly string[];
}

/** What is sent to create an object: the server fills in uid and resourceVersion. */
type NewObjectMeta = Omit<ObjectMeta, 'uid' | 'resourceVersion'>;

export interface LabelSelectorRequirement {
  readonly key: string;
  readonly operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist';
  readonly values?: readonly string[];
}

export interface LabelSelector {
  readonly matchLabels?: Readonly<Record<string, string>>;
  readonly matchExpressions?: readonly LabelSelectorRequirement[];
}

/** A pod spec is carried, never interpreted, except for the volumes that claims add to it. */
export interface PodSpec {
  readonly hostname?: string;
  readonly subdomain?: string;
  readonly nodeName?: string;
  readonly volumes?: readonly Volume[];
  readonly containers?: readonly { readonly name: string; readonly image?: string }[];
  readonly [field: string]: unknown;
}

export interface Volume {
  readonly name: string;
  readonly persistentVolumeClaim?: { readonly claimName: string; readonly readOnly?: boolean };
  readonly [field: string]: unknown;
}

export interface PodTemplate {
  readonly metadata?: {
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly finalizers?: readonly string[];
    readonly [field: string]: unknown;
  };
  readonly spec: PodSpec;
}

export interface ClaimTemplate {
  readonly metadata: {
    readonly name: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly [field: string]: unknown;
  };
  readonly spec: Readonly<Record<string, unknown>>;
}

export type RetentionPolicy = 'Retain' | 'Delete';

export interface StatefulSetSpec {
  readonly replicas?: number;
  readonly selector: LabelSelector;
  readonly template: PodTemplate;
  readonly volumeClaimTemplates?: readonly ClaimTemplate[];
  readonly serviceName?: string;
  readonly podManagementPolicy?: 'OrderedReady' | 'Parallel';
  readonly updateStrategy?: {
    readonly type?: 'RollingUpdate' | 'OnDelete' | 'Recreate';
    readonly rollingUpdate?: { readonly partition?: number; readonly maxUnavailable?: number | string };
  };
  readonly revisionHistoryLimit?: number;
  readonly minReadySeconds?: number;
  readonly ordinals?: { readonly start?: number };
  readonly persistentVolumeClaimRetentionPolicy?: {
    readonly whenDeleted?: RetentionPolicy;
    readonly whenScaled?: RetentionPolicy;
  };
  /** Own resource only; native sets carry the annotation `ordinal.dev/paused`. */
  readonly paused?: boolean;
}

export interface Condition {
  readonly type: string;
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason?: string;
  readonly message?: string;
  readonly lastTransitionTime?: string;
}

export interface StatefulSetStatus {
  readonly observedGeneration?: number;
  readonly replicas?: number;
  readonly readyReplicas?: number;
  readonly availableReplicas?: number;
  readonly currentReplicas?: number;
  readonly updatedReplicas?: number;
  readonly currentRevision?: string;
  readonly updateRevision?: string;
  readonly collisionCount?: number;
  readonly conditions?: readonly Condition[];
}

export interface StatefulSet {
  readonly apiVersion: string;
  readonly kind: 'StatefulSet';
  readonly metadata: ObjectMeta;
  readonly spec: StatefulSetSpec;
  readonly status?: StatefulSetStatus;
}

export interface ContainerState {
  readonly waiting?: { readonly reason?: string; readonly message?: string };
  readonly running?: { readonly startedAt?: string };
  readonly terminated?: {
    readonly reason?: string;
    readonly exitCode?: number;
    readonly message?: string;
    readonly finishedAt?: string;
  };
}

export interface ContainerStatus {
  readonly name: string;
  readonly ready?: boolean;
  readonly restartCount?: number;
  readonly image?: string;
  readonly state?: ContainerState;
  readonly lastState?: ContainerState;
}

export interface PodStatus {
  readonly phase?: 'Pending' | 'Running' | 'Succeeded' | 'Failed' | 'Unknown';
  readonly reason?: string;
  readonly message?: string;
  readonly startTime?: string;
  readonly conditions?: readonly Condition[];
  readonly containerStatuses?: readonly ContainerStatus[];
  readonly initContainerStatuses?: readonly ContainerStatus[];
}

export interface Pod {
  readonly apiVersion?: string;
  readonly kind?: 'Pod';
  readonly metadata: ObjectMeta;
  readonly spec: PodSpec;
  readonly status?: PodStatus;
}

export type NewPod = Omit<Pod, 'metadata' | 'status'> & { readonly metadata: NewObjectMeta };

export interface Claim {
  readonly apiVersion?: string;
  readonly kind?: 'PersistentVolumeClaim';
  readonly metadata: ObjectMeta;
  readonly spec?: { readonly volumeName?: string; readonly [field: string]: unknown };
  readonly status?: { readonly phase?: 'Pending' | 'Bound' | 'Lost' };
}

export type NewClaim = Omit<Claim, 'metadata' | 'status'> & { readonly metadata: NewObjectMeta };

export interface ControllerRevision {
  readonly apiVersion?: string;
  readonly kind?: 'ControllerRevision';
  readonly metadata: ObjectMeta;
  /** `{ spec: { template: { $patch: 'replace', ... } } }` (SS-47). */
  readonly data: { readonly spec: { readonly template: PodTemplate & { readonly $patch: 'replace' } } };
  readonly revision: number;
}

export type NewControllerRevision = Omit<ControllerRevision, 'metadata'> & { readonly metadata: NewObjectMeta };

/** Everything that the planner reads about one set, as one view of the cluster. */
export interface ClusterView {
  readonly set: StatefulSet;
  /** Pods whose name begins with the set's name and ends in an ordinal, owned by anyone or no one. */
  readonly pods: readonly Pod[];
  /** Claims of the set's name pattern, by name. Undefined where they were not looked at: then nothing follows from one that is missing. */
  readonly claims?: ReadonlyMap<string, Claim>;
  /** Revisions owned by the set, or owned by no one and selected by it. */
  readonly revisions: readonly ControllerRevision[];
}

/** The API that serves a set: the built-in resource, or our own. */
export type SetFlavour = 'apps/v1' | 'ordinal.dev/v1';

/** Names a set within its cluster. */
export interface SetKey {
  readonly flavour: SetFlavour;
  readonly namespace: string;
  readonly name: string;
}
