import { KubeApiError, type KubeApi, type KubeObject } from './kube-api.ts';
import { parseDuration } from './duration.ts';
import { kubeletLabel } from './nodes.ts';
import { reflect } from './reflect.ts';
import { annotations } from './stages.ts';

/**
 * Ends terminating pods for the simulated kubelets: at once, or after what their `terminate-after` annotation says.
 * Pods of a node whose kubelet is stopped stay Terminating.
 *
 * KWOK could do it too, but deletes by name alone: a second event of the old pod would then take a new pod of the same
 * name with it, and a StatefulSet makes one within milliseconds. Here every delete names the uid, as a kubelet does.
 */
export async function reapPods(api: KubeApi, signal: AbortSignal): Promise<void> {
  const alive = new Set<string>();
  const terminating = new Map<string, TerminatingPod>();

  const tryEnd = (pod: TerminatingPod): void => {
    const uid = pod.metadata.uid ?? '';
    if (!alive.has(pod.spec.nodeName ?? '') || !terminating.has(uid)) return;
    void end(api, pod).catch((error: unknown) => {
      if (error instanceof KubeApiError && (error.status === 404 || error.status === 409)) return;
      process.stderr.write(`pod ${pod.metadata.namespace}/${pod.metadata.name}: ${String(error)}\n`);
      setTimeout(() => tryEnd(pod), 500).unref();
    });
  };

  const nodes = reflect<KubeObject>(
    api,
    {
      path: `/api/v1/nodes?labelSelector=${kubeletLabel}`,
      onChange({ metadata: { name } }) {
        if (alive.has(name)) return;
        alive.add(name);
        for (const pod of terminating.values()) if (pod.spec.nodeName === name) tryEnd(pod);
      },
      onGone: ({ metadata: { name } }) => void alive.delete(name),
    },
    signal,
  );
  const pods = reflect<TerminatingPod>(
    api,
    {
      path: '/api/v1/pods?fieldSelector=spec.nodeName!=',
      onChange(pod) {
        const uid = pod.metadata.uid ?? '';
        if (pod.metadata.deletionTimestamp === undefined || terminating.has(uid)) return;
        terminating.set(uid, pod);
        const wait = parseDuration(pod.metadata.annotations?.[annotations.terminateAfter] ?? '0s') ?? 0;
        if (wait === 0) tryEnd(pod);
        else setTimeout(() => tryEnd(pod), wait).unref();
      },
      onGone: (pod) => void terminating.delete(pod.metadata.uid ?? ''),
    },
    signal,
  );
  await Promise.all([nodes, pods]);
}

interface TerminatingPod extends KubeObject {
  readonly spec: { readonly nodeName?: string };
  readonly status?: {
    readonly conditions?: readonly { readonly type: string }[];
    readonly containerStatuses?: readonly object[];
  };
}

async function end(api: KubeApi, pod: TerminatingPod): Promise<void> {
  const { namespace, name, uid, finalizers = [] } = pod.metadata;
  const path = `/api/v1/namespaces/${namespace}/pods/${name}`;
  // Any other pod is gone before somebody could see its last status.
  if (finalizers.length > 0) await api.call('PATCH', `${path}/status`, { metadata: { uid }, status: lastStatus(pod) });
  await api.call('DELETE', path, { gracePeriodSeconds: 0, preconditions: { uid } });
}

/** What a kubelet says once all containers have ended: the phase goes by their exit codes. */
function lastStatus({ metadata, status }: TerminatingPod): object {
  const exitCode = Number(metadata.annotations?.[annotations.exitCode] ?? 0);
  const now = new Date().toISOString();
  const reason = exitCode === 0 ? 'PodCompleted' : 'PodFailed';
  const terminated = { exitCode, reason: exitCode === 0 ? 'Completed' : 'Error', finishedAt: now };
  return {
    phase: exitCode === 0 ? 'Succeeded' : 'Failed',
    conditions: status?.conditions?.map((condition) =>
      condition.type === 'Ready' || condition.type === 'ContainersReady'
        ? { ...condition, status: 'False', reason, lastTransitionTime: now }
        : condition,
    ),
    containerStatuses: status?.containerStatuses?.map((container) => ({
      ...container,
      ready: false,
      started: false,
      state: { terminated },
    })),
  };
}
