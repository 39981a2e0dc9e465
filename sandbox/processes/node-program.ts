import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/**
 * A Node.js that runs TypeScript files as they are: this one, or the one among our dev dependencies when a test runner
 * was started with an older one.
 */
export function nodeProgram(): string {
  if (process.features.typescript !== false && process.features.typescript !== undefined) return process.execPath;
  const ours = fileURLToPath(new URL('../../node_modules/node/bin/node', import.meta.url));
  return existsSync(ours) ? ours : process.execPath;
}
