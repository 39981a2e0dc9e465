import type { KubeClient } from '../../kube/client.ts';
import { clockFinding } from './clocks.ts';
import { failed, type Finding, ok, warning } from './finding.ts';

/** The oldest version that the tests have played with is 1.36; below this one fields that Ordinal writes are not known. */
const oldestMinor = 27;

/** Whether the API server answers, what it is, and what time it has. `clock` in ms since the epoch. */
export async function checkApiServer(kube: KubeClient, clock: () => number): Promise<readonly Finding[]> {
  const check = 'API server';
  const { address } = kube.transport;
  try {
    const { gitVersion, minor } = await kube.serverVersion();
    const before = clock();
    const theirs = await kube.transport.serverTime();
    const isOld = Number.parseInt(minor, 10) < oldestMinor;
    return [
      isOld
        ? warning(check, `${gitVersion} at ${address} is older than 1.${oldestMinor}`, 'upgrade the cluster')
        : ok(check, `${gitVersion} at ${address}`),
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
