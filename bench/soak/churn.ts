import { setTimeout as sleep } from 'node:timers/promises';
import { type KubeApi, KubeApiError } from '../../sandbox/kube-api.ts';
import { waitUntil } from '../../sandbox/processes/wait-until.ts';
import { aSet } from '../../test/support/a-set.ts';
import { hasSettled, type StatefulSet } from '../../test/support/objects.ts';

/** What is done to a set, again and again, in this order but from another beginning for each. */
const kinds = ['rollout', 'scale out', 'pod lost', 'pause', 'rollout', 'scale in', 'recreate'] as const;
type Kind = (typeof kinds)[number];

export interface Churn {
  readonly api: KubeApi;
  readonly namespace: string;
  /** Told of each change that has been made. */
  readonly changed: (kind: Kind) => void;
  /** When aborted, the change under way is the last one. */
  readonly signal: AbortSignal;
}

/** Changes the set of this name, one change after the other has settled, and resolves when it has settled for the last time. */
export async function churn({ api, namespace, changed, signal }: Churn, index: number): Promise<void> {
  const name = `set-${index}`;
  const sets = `/apis/apps/v1/namespaces/${namespace}/statefulsets`;
  const path = `${sets}/${name}`;
  const pod = `/api/v1/namespaces/${namespace}/pods/${name}-1`;
  const patch = (body: object) => api.call<StatefulSet>('PATCH', path, body);
  const pause = (paused: 'true' | null) => patch({ metadata: { annotations: { 'ordinal.dev/paused': paused } } });
  const update = (turn: number) => patch({ spec: { template: { metadata: { annotations: { turn: `${turn}` } } } } });
  const create = () =>
    api.call('POST', sets, aSet(name, { terminationGracePeriodSeconds: 1 }, 'nginx:1', { replicas: 2 }));
  const acts: Readonly<Record<Kind, (turn: number) => Promise<unknown>>> = {
    rollout: update,
    'scale out': () => patch({ spec: { replicas: 4 } }),
    'scale in': () => patch({ spec: { replicas: 2 } }),
    'pod lost': () => api.call('DELETE', pod),
    async pause(turn) {
      await pause('true');
      await update(turn);
      await sleep(1_000);
      await pause(null);
    },
    async recreate() {
      await api.call('DELETE', path);
      await waitUntil(`${name} is gone`, () => isGone(api, path), { everyMs: 100 });
      await create();
    },
  };
  await create();
  await settled(api, path);
  for (let turn = index; !signal.aborted; turn++) {
    const kind = kinds[turn % kinds.length] ?? 'rollout';
    await acts[kind](turn);
    changed(kind);
    await settled(api, path);
  }
}

async function isGone(api: KubeApi, path: string): Promise<boolean> {
  try {
    await api.call('GET', path);
    return false;
  } catch (error) {
    if (error instanceof KubeApiError && error.status === 404) return true;
    throw error;
  }
}

async function settled(api: KubeApi, path: string): Promise<void> {
  await waitUntil(`${path} has settled`, async () => hasSettled(await api.call<StatefulSet>('GET', path)), {
    timeoutMs: 180_000,
    everyMs: 200,
  });
}
