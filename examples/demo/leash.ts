/** Loaded into each worker before its own code: ends it when the demo is gone, however that ended. */
import { isMainThread } from 'node:worker_threads';

if (isMainThread) {
  process.stdin.on('end', () => process.exit(1)).resume();
  (process.stdin as unknown as { unref(): void }).unref();
}
