import { setTimeout as sleep } from 'node:timers/promises';
import { type BenchCluster, onBenchCluster } from './bench-cluster.ts';
import { type Calls, countCalls } from './calls.ts';
import { cleared, newNamespace } from './cluster.ts';
import type { Bench, Scenario } from './scenario.ts';
import { warmUp } from './sets.ts';
import { type Running, type SystemName, systemsOn, usualSystems } from './systems.ts';
import { processorSeconds, residentMiB } from './usage.ts';

export interface CompareOptions {
  readonly scenarios: readonly Scenario[];
  /** Instead of each scenario's own size. */
  readonly size?: number;
  readonly repeat: number;
  /** Default: the usual ones. */
  readonly systems?: readonly SystemName[];
  readonly tell: (run: Run) => void;
}

/** One scenario on one system, once. */
export interface Run {
  readonly scenario: string;
  readonly title: string;
  readonly size: number;
  readonly system: SystemName;
  /** Undefined: it did not come to its end within the scenario's limit. */
  readonly seconds: number | undefined;
  readonly limit: number;
  readonly podsPerSecond: number | undefined;
  readonly calls: Calls;
  /** Processor time of the controller and of Temporal, in seconds. */
  readonly controllerSeconds: number;
  readonly temporalSeconds: number;
  /** Resident memory of the controller at the end, in MiB; 0 for direct calls. */
  readonly memoryMiB: number;
  readonly told: Readonly<Record<string, { readonly value: number; readonly unit: string }>>;
}

const defaultLimit = 600;
/**
 * Pods of the set that a controller works on before it is measured, whatever the size: code of ours that has not run often enough to be compiled takes
 * two to three times as long. Fewer where its own limits of calls hold a controller up, and not such code: 100 would take a minute and a half.
 */
const warmPods = 100;
const warmPodsDefault = 5;
/** What came before is still being told, collected and compacted when its last pod is there: events, for example, are 5 s behind. */
const restMs = 5_000;

/**
 * Runs each scenario on each system in turn, again and again, on one API server with the same simulated kubelets; each run in a namespace of its
 * own, with nobody else working on sets.
 */
export async function compare({
  scenarios,
  size,
  repeat,
  systems = usualSystems,
  tell,
}: CompareOptions): Promise<readonly Run[]> {
  const runs: Run[] = [];
  await onBenchCluster({}, async (field) => {
    for (const scenario of scenarios) {
      for (let index = 0; index < repeat; index++) {
        for (const system of scenario.systems.filter((name) => systems.includes(name))) {
          const run = await once({ ...field, scenario, size: size ?? scenario.size, system });
          runs.push(run);
          tell(run);
        }
      }
    }
  });
  return runs;
}

interface Once extends BenchCluster {
  readonly scenario: Scenario;
  readonly size: number;
  readonly system: SystemName;
}

async function once({ sandbox, cluster, bundle, scenario, size, system }: Once): Promise<Run> {
  const systems = systemsOn(sandbox, bundle);
  const [namespace, elsewhere] = [await newNamespace(cluster), await newNamespace(cluster)];
  const running: Running[] = [];
  const told: Record<string, { value: number; unit: string }> = {};
  const limit = scenario.limit ?? defaultLimit;
  let measured: Pick<Run, 'seconds' | 'calls' | 'controllerSeconds' | 'temporalSeconds' | 'memoryMiB'> | undefined;
  const spent = () => running.reduce((sum, { pid }) => sum + (pid === undefined ? 0 : processorSeconds(pid)), 0);
  const bench: Bench = {
    cluster,
    namespace,
    system,
    async start() {
      const started = await systems.start(system);
      running.push(started);
      return started;
    },
    async startWarm() {
      const started = await bench.start();
      if (system !== 'direct') await warmUp(cluster, elsewhere, system === 'default' ? warmPodsDefault : warmPods);
      if (system !== 'default') await sleep(restMs);
      return started;
    },
    async prepared(work) {
      const maker = await systems.start('raised');
      try {
        await work();
      } finally {
        await maker.stop();
      }
    },
    async measure(work) {
      const temporal = sandbox.pids.temporal ?? 0;
      const calls = await countCalls(sandbox.auditLog, namespace);
      const [controllerBefore, temporalBefore] = [spent(), processorSeconds(temporal)];
      const from = performance.now();
      const isDone = await withinSeconds(limit, work);
      const seconds = (performance.now() - from) / 1_000;
      measured = {
        seconds: isDone ? seconds : undefined,
        calls: await calls.count(system),
        controllerSeconds: Math.max(spent() - controllerBefore, 0),
        temporalSeconds: processorSeconds(temporal) - temporalBefore,
        memoryMiB: residentMiB(running.at(-1)?.pid ?? 0),
      };
    },
    tell: (what, value, unit) => void (told[what] = { value, unit }),
  };
  try {
    await scenario.run(bench, size);
  } finally {
    for (const each of running) await each.stop();
    await Promise.all([namespace, elsewhere].map((each) => cleared(cluster, each)));
  }
  if (measured === undefined) throw new Error(`scenario ${scenario.id} measured nothing`);
  const { id, title, moved } = scenario;
  const pods = moved(size);
  const podsPerSecond = pods > 0 && measured.seconds !== undefined ? pods / measured.seconds : undefined;
  return { scenario: id, title, size, system, limit, podsPerSecond, told, ...measured };
}

/** Whether the work ended in time; its failure is thrown on. */
async function withinSeconds(limit: number, work: (late: AbortSignal) => Promise<void>): Promise<boolean> {
  const late = AbortSignal.timeout(limit * 1_000);
  try {
    await work(late);
    return true;
  } catch (error) {
    if (error === late.reason) return false;
    throw error;
  }
}

export function lineOf({
  scenario,
  system,
  size,
  seconds,
  limit,
  podsPerSecond,
  controllerSeconds,
  memoryMiB,
}: Run): string {
  const time = seconds === undefined ? `not within ${limit} s` : `${seconds.toFixed(2)} s`;
  const rate = podsPerSecond === undefined ? '' : `, ${podsPerSecond.toFixed(1)} pods/s`;
  return `${scenario} ${system} (${size}): ${time}${rate}, ${controllerSeconds.toFixed(2)} s of processor, ${memoryMiB.toFixed(0)} MiB`;
}
