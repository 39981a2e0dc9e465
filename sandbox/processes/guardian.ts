/**
 * Runs beside a sandbox, holding a pipe to the owner. When the pipe closes without a word the owner is dead, however
 * it died, and this process ends everything that the owner had recorded.
 */
import { endProcesses } from './end-instance.ts';
import { readInstance, writeInstance } from './instance.ts';

const dir = process.argv[2];
if (dir === undefined) throw new Error('usage: guardian.ts <instance folder>');

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);

let said = '';
process.stdin.setEncoding('utf8');
for await (const chunk of process.stdin) said += chunk;

if (!said.includes('done')) {
  const instance = readInstance(dir);
  if (instance !== undefined && instance.guardian?.pid === process.pid) {
    await endProcesses(instance.processes, 1_000);
    writeInstance({
      ...instance,
      phase: 'failed',
      failure: 'its owner process ended without stopping it',
      processes: {},
    });
  }
}
