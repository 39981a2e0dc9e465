import type { TestProject } from 'vitest/node';
import { startOwnCluster } from './own-cluster.ts';

/** One cluster, and one worker for both flavours of set, for all tests that break neither. */
export async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  const cluster = await startOwnCluster();
  try {
    await cluster.serveBothFlavours();
  } catch (error) {
    await cluster.stop();
    throw error;
  }
  provide('target', cluster.target);
  return () => cluster.stop();
}
