/**
 * The worker as a function, for those who start it from a program of their own: `import { runWorker } from 'ordinal-k8s/worker'`.
 *
 * @module worker
 */
export { runWorker, type WorkerReady } from './run-worker.ts';
export { quietly, replay, type Replayed, type ReplayOptions } from './replay.ts';
export type { WorkerOptions } from './options.ts';
