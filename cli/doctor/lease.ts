import type { KubeClient } from '../../kube/client.ts';
import { leases } from '../../kube/resources.ts';
import { failed, type Finding, ok } from './finding.ts';

/** Who does the elected work. `now` by the clock of this machine, in ms since the epoch: clocks that differ are told by another check. */
export async function checkLease(kube: KubeClient, namespace: string, now: number): Promise<Finding> {
  const check = 'lease';
  const name = `${namespace}/ordinal`;
  const lease = await kube.find(leases, namespace, 'ordinal');
  const remedy = 'start workers: ordinal install, or ordinal worker (--lease-namespace if theirs is another one)';
  const { holderIdentity, renewTime, acquireTime, leaseDurationSeconds = 0, leaseTransitions = 0 } = lease?.spec ?? {};
  if (lease === undefined) return failed(check, `${name} does not exist: no worker was ever here`, remedy);
  if (!holderIdentity) return failed(check, `${name} is free: no worker notices changes of sets`, remedy);
  const age = (now - Date.parse(renewTime ?? '')) / 1_000;
  const text = `${name} is held by ${holderIdentity} since ${acquireTime ?? 'unknown'}, renewed ${age.toFixed(0)} s ago`;
  // Twice its length: this machine's clock may be off by some seconds.
  if (!(age < leaseDurationSeconds * 2 + 3)) return failed(check, `${text}: its holder is gone`, remedy);
  return ok(check, `${text}; it has changed hands ${leaseTransitions} times`);
}
