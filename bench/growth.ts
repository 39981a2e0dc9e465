import { type BenchCluster, onBenchCluster } from './bench-cluster.ts';
import { allReady, cleared, type Cluster, createSet, newNamespace, podsAre } from './cluster.ts';
import { inGroups, keyIn, warmUp } from './sets.ts';
import { peakMiB, processorSeconds } from './usage.ts';
import { startWorker } from './worker-process.ts';

/** What grows: the ordinals of one set, or the number of sets of one pod. */
export type Series = 'ordered' | 'parallel' | 'sets' | 'sets, 2 workers' | 'sets, 3 workers';

export interface Point {
  readonly series: Series;
  /** Ordinals in all. */
  readonly n: number;
  /** From the first set asked for to the last pod Ready. */
  readonly seconds: number;
  /** Processor time until then, in seconds: of all workers, of Temporal, and of the rest of the control plane. */
  readonly processor: { readonly workers: number; readonly temporal: number; readonly cluster: number };
  /** The most that one worker had resident. */
  readonly peakMiB: number;
}

export interface GrowthOptions {
  /** Ordinals of each series. */
  readonly sizes: Readonly<Record<Series, readonly number[]>>;
  readonly tell: (point: Point) => void;
}

/** Sizes of a run of some minutes, and those that the aims are about. */
export const growthSizes: Readonly<Record<'default' | 'full', GrowthOptions['sizes']>> = {
  default: {
    ordered: [10, 30, 100],
    parallel: [10, 100, 500],
    sets: [1, 10, 100],
    'sets, 2 workers': [100],
    'sets, 3 workers': [100],
  },
  full: {
    ordered: [10, 30, 100, 300, 1_000],
    parallel: [10, 50, 200, 1_000, 5_000],
    sets: [1, 10, 100, 500, 2_000],
    'sets, 2 workers': [100, 500],
    'sets, 3 workers': [100, 500],
  },
};

const workersOf: Readonly<Record<Series, number>> = {
  ordered: 1,
  parallel: 1,
  sets: 1,
  'sets, 2 workers': 2,
  'sets, 3 workers': 3,
};

/** Starts ever larger sets, and ever more sets, each time with workers that have just begun and are warm. */
export async function measureGrowth({ sizes, tell }: GrowthOptions): Promise<readonly Point[]> {
  const points: Point[] = [];
  await onBenchCluster({ audit: false }, async (field) => {
    for (const [series, numbers] of Object.entries(sizes) as [Series, readonly number[]][]) {
      for (const n of numbers) {
        const point = await measured(field, series, n);
        points.push(point);
        tell(point);
      }
    }
  });
  return points;
}

async function measured({ sandbox, cluster, bundle }: BenchCluster, series: Series, n: number): Promise<Point> {
  const starting = Array.from({ length: workersOf[series] }, () => startWorker(sandbox, ['--workflow-bundle', bundle]));
  const workers = await Promise.all(starting);
  const [namespace, elsewhere] = [await newNamespace(cluster), await newNamespace(cluster)];
  try {
    await warmUp(cluster, elsewhere, 10);
    const spent = () => {
      const of = (...pids: readonly (number | undefined)[]) =>
        pids.reduce<number>((sum, pid) => sum + processorSeconds(pid ?? 0), 0);
      const { temporal, apiserver, etcd, scheduler, controllers, kwok, agent } = sandbox.pids;
      return [
        of(...workers.map(({ pid }) => pid)),
        of(temporal),
        of(apiserver, etcd, scheduler, controllers, kwok, agent),
      ] as const;
    };
    const before = spent();
    const from = performance.now();
    await start(cluster, namespace, series, n);
    const seconds = (performance.now() - from) / 1_000;
    const [ofWorkers, temporal, ofCluster] = spent();
    return {
      series,
      n,
      seconds,
      processor: { workers: ofWorkers - before[0], temporal: temporal - before[1], cluster: ofCluster - before[2] },
      peakMiB: Math.max(...workers.map(({ pid }) => peakMiB(pid))),
    };
  } finally {
    await Promise.all(workers.map((worker) => worker.stop()));
    await cleared(cluster, namespace);
    await cleared(cluster, elsewhere);
  }
}

async function start(cluster: Cluster, namespace: string, series: Series, n: number): Promise<void> {
  const deadline = AbortSignal.timeout(900_000);
  if (series === 'ordered' || series === 'parallel') {
    await createSet(cluster, namespace, { replicas: n, parallel: series === 'parallel' });
    return podsAre(cluster, keyIn(namespace), allReady(n), deadline);
  }
  const names = Array.from({ length: n }, (_, index) => `web${index}`);
  await inGroups(names, (name) => createSet(cluster, namespace, { replicas: 1, name }));
  await Promise.all(names.map((name) => podsAre(cluster, keyIn(namespace, name), allReady(1), deadline)));
}
