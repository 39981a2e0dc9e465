export { runWorker, type WorkerReady } from './run-worker.ts';
export type { WorkerOptions } from './options.ts';
