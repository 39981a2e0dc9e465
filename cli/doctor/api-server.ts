import type { KubeClient } from '../../kube/client.ts';
import { tooOld } from '../../kube/old-server.ts';
import { clockFinding } from './clocks.ts';
import { failed, type Finding, ok, warning } from './finding.ts';

/** Whether the API server answers, what it is, and what time it has. `clock` in ms since the epoch. */
export async function checkApiServer(kube: KubeClient, clock: () => number): Promise<readonly Finding[]> {
  const check = 'API server';
  const { address } = kube.transport;
  try {
    const version = await kube.serverVersion();
    const old = tooOld(version);
    const before = clock();
    const theirs = await kube.transport.serverTime();
    return [
      old === undefined
        ? ok(check, `${version.gitVersion} at ${address}`)
        : warning(check, `${old}, at ${address}`, 'upgrade the cluster'),
      ...(theirs === undefined
        ? []
        : [clockFinding('the API server', theirs, { before, after: clock(), resolutionMs: 1_000 })]),
    ];
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return [
      failed(check, message, 'is it the right cluster (--context, --kubeconfig), and can it be reached from here?'),
    ];
  }
}
