import type { TestProject } from 'vitest/node';
import { startOwnCluster } from './own-cluster.ts';
import { workerRights } from './worker-rights.ts';

/**
 * One cluster, and one worker for both flavours of set, for all tests that break neither. The worker has the rights of an installation: they
 * must do.
 */
export async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  const cluster = await startOwnCluster();
  try {
    await cluster.serveBothFlavours();
  } catch (error) {
    await cluster.stop();
    throw error;
  }
  provide('target', cluster.target);
  return async () => {
    const { missing } = await workerRights(cluster.target.auditLog);
    await cluster.stop();
    if (missing.size > 0) throw new Error(`the installed worker lacks rights:\n  ${[...missing].join('\n  ')}`);
  };
}
