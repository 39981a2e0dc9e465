import type { ClusterCache } from '../../kube/cluster-cache.ts';
import type { StatefulSet } from '../../model/objects.ts';
import type { Family } from './exposition.ts';

const states = ['settled', 'progressing', 'paused', 'stuck'] as const;

/**
 * How the sets of the cluster do, by the conditions in their status. Only the holder of the lease tells, so that no set is counted twice; of
 * single sets only those that are stuck are named.
 */
export function setFamilies(cache: Pick<ClusterCache, 'sets' | 'view'>, isHolder: boolean): readonly Family[] {
  const counts = new Map<string, number>(states.map((state) => [state, 0]));
  const stuck: Family['samples'][number][] = [];
  for (const key of isHolder ? cache.sets() : []) {
    const set = cache.view(key)?.set;
    if (set === undefined) continue;
    const state = stateOf(set);
    counts.set(state, (counts.get(state) ?? 0) + 1);
    if (state !== 'stuck') continue;
    const reason = conditionOf(set, 'Stalled')?.reason ?? '';
    stuck.push({ labels: { api: key.flavour, set_namespace: key.namespace, set: key.name, reason }, value: 1 });
  }
  return [
    {
      name: 'ordinal_sets',
      type: 'gauge',
      help: 'Sets that are served, by state (settled, progressing, paused, stuck). Told by the holder of the lease.',
      samples: isHolder ? [...counts].map(([state, value]) => ({ labels: { state }, value })) : [],
    },
    {
      name: 'ordinal_set_stuck',
      type: 'gauge',
      help: 'Always 1: a set that is stuck, with the reason of its condition Stalled. Told by the holder of the lease.',
      samples: stuck,
    },
  ];
}

function stateOf(set: StatefulSet): (typeof states)[number] {
  const observed = set.status?.observedGeneration === set.metadata.generation;
  const is = (type: string) => conditionOf(set, type)?.status === 'True';
  if (is('Stalled')) return 'stuck';
  if (is('Reconciling') || !observed) return 'progressing';
  return conditionOf(set, 'Progressing')?.reason === 'Paused' ? 'paused' : 'settled';
}

function conditionOf({ status }: StatefulSet, type: string) {
  return status?.conditions?.find((condition) => condition.type === type);
}
