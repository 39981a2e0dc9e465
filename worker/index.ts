export { runWorker, type WorkerReady } from './run-worker.ts';
export { quietly, replay, type Replayed, type ReplayOptions } from './replay.ts';
export type { WorkerOptions } from './options.ts';
