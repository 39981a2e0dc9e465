import type { KubeClient } from '../../kube/client.ts';
import { probeNativeSets } from '../../worker/probe.ts';
import { failed, type Finding, ok } from './finding.ts';

/** Whether another controller runs the sets of `apps/v1`: found out by a set without replicas that is made and removed again. */
export async function checkControllers(kube: KubeClient, namespace: string): Promise<Finding> {
  const check = 'controllers of apps/v1';
  try {
    await probeNativeSets(kube, namespace, AbortSignal.timeout(15_000));
    return ok(check, 'no other controller touches them');
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const [what = message, remedy = 'see the message'] = message.split(/: (?=start kube-controller-manager)/);
    return failed(check, what, remedy.replace(/ \(--no-probe.*$/, ''));
  }
}
