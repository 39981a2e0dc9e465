import { join } from 'node:path';
import { type Sandbox, type SandboxOptions, startSandbox } from '../sandbox/sandbox.ts';
import { buildBundle } from '../worker/build-bundle.ts';
import { type Cluster, openCluster } from './cluster.ts';

/** A sandbox to measure on, what the benchmark sees of it, and the path of the workflow bundle that its workers load. */
export interface BenchCluster {
  readonly sandbox: Sandbox;
  readonly cluster: Cluster;
  readonly bundle: string;
}

/** Runs `work` on a sandbox of its own; however it ends, nothing of it is left. */
export async function onBenchCluster<T>(
  options: Pick<SandboxOptions, 'audit'>,
  work: (field: BenchCluster) => Promise<T>,
): Promise<T> {
  const sandbox = await startSandbox({ ...options, name: `bench-${process.pid}` });
  try {
    const cluster = await openCluster(sandbox);
    try {
      const bundle = join(sandbox.dir, 'workflow-bundle.js');
      await buildBundle(bundle);
      return await work({ sandbox, cluster, bundle });
    } finally {
      await cluster.close();
    }
  } finally {
    await sandbox.stop();
  }
}
