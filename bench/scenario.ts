import type { Cluster } from './cluster.ts';
import type { Running, SystemName } from './systems.ts';

/** What a scenario has to work with: a fresh namespace, and the system that is measured. */
export interface Bench {
  readonly cluster: Cluster;
  readonly namespace: string;
  readonly system: SystemName;
  /** Starts the system that is measured; before that, nobody works on sets. */
  start(): Promise<Running>;
  /** The same, and has it start, update and empty a set of 100 pods elsewhere; of 5 where its limits of calls hold it up. */
  startWarm(): Promise<Running>;
  /** Runs `work` while Kubernetes' own controller, its limits raised, makes what the scenario begins with. */
  prepared(work: () => Promise<void>): Promise<void>;
  /**
   * Measures what happens in `work`: time, calls, processor time. Once for each run of a scenario. `late` is aborted at the scenario's limit: what goes on
   * after that would be measured with the next run, and keep the benchmark from ending.
   */
  measure(work: (late: AbortSignal) => Promise<void>): Promise<void>;
  /** Says something that is not a time; a second call under the same name replaces the first. */
  tell(what: string, value: number, unit: string): void;
}

export interface Scenario {
  /** As on the command line: `a`, `b`, ... */
  readonly id: string;
  readonly title: string;
  /** Default size, for a run of some minutes; `full` is the size that the aims are about. */
  readonly size: number;
  readonly full: number;
  /** Pods that come or go, for pods a second; 0 where that says nothing. */
  readonly moved: (size: number) => number;
  readonly systems: readonly SystemName[];
  /** Seconds after which a run is given up and reported as such. Default 600. */
  readonly limit?: number;
  run(bench: Bench, size: number): Promise<void>;
}
