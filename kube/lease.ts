import type { KubeClient } from './client.ts';

export interface LeaseOptions {
  readonly client: KubeClient;
  /** Made when it is missing and we may. */
  readonly namespace: string;
  readonly name: string;
  /** Unique among the contenders. */
  readonly identity: string;
  /** How long a silent holder is respected, in ms. Default 8000. */
  readonly leaseDurationMs?: number;
  /** Time between renewals, in ms. Default 2000. */
  readonly renewMs?: number;
  readonly onProblem?: (error: unknown) => void;
}

/** A claim to be the only one, among all who use the same lease. */
export interface Lease {
  readonly held: boolean;
  /** Who holds it, as last seen; undefined when nobody does. */
  readonly holder: string | undefined;
  /**
   * Contends until `stop`. Each time the lease is won `onAcquire` runs; its signal is aborted when the lease is lost, which happens
   * before anyone else can win it. When `onAcquire` ends by itself, or throws, the lease is given up and contended for anew.
   */
  run(onAcquire: (signal: AbortSignal) => Promise<void>): Promise<void>;
  /** Ends `run`: aborts the signal, waits for `onAcquire`, and frees the lease, so that another has it at once. */
  stop(): Promise<void>;
}

export function createLease(_options: LeaseOptions): Lease {
  throw new Error('not implemented');
}
