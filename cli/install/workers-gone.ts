import { setTimeout as sleep } from 'node:timers/promises';
import type { KubeClient } from '../../kube/client.ts';
import { leases } from '../../kube/resources.ts';
import { CommandError, exitCodes } from '../exit.ts';
import type { Installed } from './installed.ts';
import { waitUntil } from './wait-until.ts';

/** Waits until the Deployments are gone with their pods, and throws when a worker runs elsewhere: it would undo what is to come. */
export async function workersGone(
  client: KubeClient,
  namespace: string,
  deployments: readonly Installed[],
  timeoutMs: number,
): Promise<void> {
  for (const { resource, object } of deployments) {
    const { name, namespace: at } = object.metadata;
    const isGone = async () => ((await client.find(resource, at, name)) === undefined ? true : undefined);
    await waitUntil(
      isGone,
      timeoutMs,
      () => `deployment ${at}/${name} is still being deleted; see kubectl get pods -n ${at}`,
    );
  }
  const holder = await livingHolder(client, namespace);
  if (holder === undefined) return;
  throw new CommandError(
    exitCodes.failed,
    `a worker that no Deployment of ours runs is still at work: ${holder}; stop it, then run this again`,
  );
}

/** Who renews the lease, by what is seen here: clocks of two machines are not compared. */
async function livingHolder(client: KubeClient, namespace: string): Promise<string | undefined> {
  const read = () => client.find(leases, namespace, 'ordinal');
  const first = await read();
  const holder = first?.spec?.holderIdentity;
  if (first === undefined || holder === undefined || holder === '') return undefined;
  const deadline = Date.now() + (first.spec?.leaseDurationSeconds ?? 0) * 1_000;
  while (Date.now() < deadline) {
    const now = await read();
    if (now?.spec?.holderIdentity === undefined || now.spec.holderIdentity === '') return undefined;
    if (now.spec.renewTime !== first.spec?.renewTime) return now.spec.holderIdentity;
    await sleep(200);
  }
  return undefined;
}
