/** What the checker needs to know of the objects in a watch log; its own view, on purpose apart from the product's. */

interface Meta {
  readonly name: string;
  readonly namespace?: string;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly generation?: number;
  /** RFC 3339, whole seconds, by the server's clock. */
  readonly creationTimestamp?: string;
  readonly deletionTimestamp?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly ownerReferences?: readonly {
    readonly kind: string;
    readonly name: string;
    readonly uid: string;
    readonly controller?: boolean;
    readonly apiVersion?: string;
  }[];
}

export interface KubeObject {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata: Meta;
}

interface ContainerStatus {
  readonly state?: { readonly waiting?: { readonly reason?: string } };
}

export interface Pod extends KubeObject {
  readonly status?: {
    readonly phase?: string;
    readonly conditions?: readonly {
      readonly type: string;
      readonly status: string;
      readonly lastTransitionTime?: string;
    }[];
    readonly containerStatuses?: readonly ContainerStatus[];
    readonly initContainerStatuses?: readonly ContainerStatus[];
  };
}

export type Claim = KubeObject;

export interface Revision extends KubeObject {
  readonly data?: { readonly spec?: { readonly template?: unknown } };
}

export interface StatefulSet extends KubeObject {
  readonly spec: {
    readonly replicas?: number;
    readonly template?: unknown;
    readonly podManagementPolicy?: string;
    readonly minReadySeconds?: number;
    readonly paused?: boolean;
    readonly ordinals?: { readonly start?: number };
    readonly updateStrategy?: {
      readonly type?: string;
      readonly rollingUpdate?: { readonly partition?: number; readonly maxUnavailable?: number | string };
    };
    readonly volumeClaimTemplates?: readonly { readonly metadata: { readonly name: string } }[];
    readonly persistentVolumeClaimRetentionPolicy?: { readonly whenDeleted?: string; readonly whenScaled?: string };
  };
  readonly status?: {
    readonly observedGeneration?: number;
    readonly currentRevision?: string;
    readonly updateRevision?: string;
  };
}

/** One line of the watch log. */
export interface WatchEvent {
  /** When the recorder received it, ms since the epoch. */
  readonly at: number;
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  /** The object was there when the recorder began: how it came to be is not in the logs. */
  readonly listed?: boolean;
  readonly object: KubeObject;
}

/** The part of an `audit.k8s.io/v1` Event that tells whose call it was and what it asked for. */
export interface AuditEvent {
  readonly auditID: string;
  readonly stage?: string;
  readonly level?: string;
  readonly verb: string;
  readonly requestURI?: string;
  readonly userAgent?: string;
  readonly user?: { readonly username?: string };
  readonly objectRef?: {
    readonly resource?: string;
    readonly subresource?: string;
    readonly namespace?: string;
    readonly name?: string;
    readonly apiGroup?: string;
  };
  readonly responseStatus?: { readonly code?: number };
  readonly requestObject?: DeleteRequest & {
    readonly metadata?: { readonly name?: string };
    readonly deleteOptions?: DeleteRequest;
  };
  /** RFC 3339 with microseconds. */
  readonly requestReceivedTimestamp: string;
  readonly stageTimestamp?: string;
}

export interface DeleteRequest {
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string };
  readonly dryRun?: readonly string[];
}

/** Everything that is judged: both records of the same stretch of time. */
export interface Log {
  readonly watch: readonly WatchEvent[];
  readonly audit: readonly AuditEvent[];
}
