import { isAlive, signalProcess } from './process-identity.ts';
import { type Instance } from './instance.ts';
import { waitUntil } from './wait-until.ts';

/** Ended last, so that the servers of data are not pulled from under their clients. */
const servers = new Set(['etcd', 'temporal']);

/**
 * Ends every recorded process that is still the one that was recorded, and returns their names. Servers of data get
 * `graceMs` to close their files; 0 when nobody wants the data.
 */
export async function endProcesses(processes: Instance['processes'], graceMs: number): Promise<readonly string[]> {
  const alive = Object.entries(processes).filter(([, identity]) => isAlive(identity));
  for (const [name, identity] of alive) if (!servers.has(name)) signalProcess(identity, 'SIGKILL');
  const stateful = alive.filter(([name]) => servers.has(name));
  for (const [, identity] of graceMs > 0 ? stateful : []) {
    // A stopped process (SIGSTOP in a fault test) handles SIGTERM only after it is continued.
    signalProcess(identity, 'SIGTERM');
    signalProcess(identity, 'SIGCONT');
  }
  if (graceMs > 0) {
    const ended = () => !stateful.some(([, identity]) => isAlive(identity));
    await waitUntil('servers end', ended, { timeoutMs: graceMs }).catch(() => undefined);
  }
  for (const [, identity] of stateful) signalProcess(identity, 'SIGKILL');
  await waitUntil('processes end', () => !alive.some(([, identity]) => isAlive(identity)), { timeoutMs: 30_000 });
  return alive.map(([name]) => name);
}
