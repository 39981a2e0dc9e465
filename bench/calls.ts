import { auditSlice } from '../test/support/audit.ts';
import type { SystemName } from './systems.ts';

/** Writes to the API server, by verb. Reads are not in the audit log of a sandbox. */
export type Calls = Readonly<Record<string, number>>;

export interface CallCounter {
  /** The writes of a system since the counter was made. The few of the benchmark itself are counted with Ordinal's and the direct loop's. */
  count(system: SystemName): Promise<Calls>;
}

/** Counts what is written to a namespace from now on, from the API server's audit log. */
export async function countCalls(auditLog: string, namespace: string): Promise<CallCounter> {
  const slice = await auditSlice(auditLog, namespace);
  return {
    async count(system) {
      const agent = system === 'ordinal' || system === 'direct' ? 'ordinal/' : 'kube-controller-manager/';
      const calls: Record<string, number> = {};
      for (const { userAgent, user, verb } of await slice.read()) {
        // The other controllers of the cluster are the same program, under another name.
        if (userAgent?.startsWith(agent) !== true || user?.username === 'sandbox:controllers') continue;
        calls[verb] = (calls[verb] ?? 0) + 1;
      }
      return calls;
    },
  };
}
