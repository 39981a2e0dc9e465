import type { KubeClient } from '../kube/client.ts';
import type { ClusterCache } from '../kube/cluster-cache.ts';
import type { EventRecorder } from '../kube/event-recorder.ts';
import type { SetFlavour } from '../model/objects.ts';
import type { Planner } from './planner.ts';

/** What activities work with; handed in once by the worker. */
export interface Dependencies {
  /** uid of the kube-system namespace of the cluster that `client` talks to. */
  readonly cluster: string;
  /** APIs whose sets this worker sees. */
  readonly flavours: readonly SetFlavour[];
  /** Namespaces that this worker sees; default: all. */
  readonly namespaces?: readonly string[];
  readonly client: KubeClient;
  readonly cache: ClusterCache;
  readonly planner: Planner;
  readonly events: EventRecorder;
  /** ms since the epoch, to compare with the times that objects carry. It may be set, back or forth, at any moment. */
  readonly clock: () => number;
  /** ms since some moment, for lengths of time: only ever goes forward. */
  readonly stopwatch: () => number;
  /** Told, for each pod that a step created and saw become available, how long that took. */
  readonly onAvailable?: (seconds: number) => void;
}
