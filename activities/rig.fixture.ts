import { FakeApi } from '../kube/fake-api.fixture.ts';
import { createClusterCache } from '../kube/cluster-cache.ts';
import type { SetKey, StatefulSet } from '../model/objects.ts';
import { epoch } from '../model/objects.fixture.ts';
import type { Dependencies } from './dependencies.ts';
import { createPlanner } from './planner.ts';

const collections: Readonly<Record<string, string>> = {
  StatefulSet: '/apis/apps/v1/statefulsets',
  ControllerRevision: '/apis/apps/v1/controllerrevisions',
  Pod: '/api/v1/pods',
  PersistentVolumeClaim: '/api/v1/persistentvolumeclaims',
};

type Object = Pick<StatefulSet, 'metadata'> & { readonly kind?: string; readonly apiVersion?: string };

/** What activities work with, on an API server in memory that holds `objects`; `told` are the events recorded so far. */
export interface Rig {
  readonly api: FakeApi;
  readonly dependencies: Dependencies;
  readonly key: SetKey;
  readonly told: readonly string[];
  /** Calls that write, as `DELETE /api/v1/...`, and single reads. */
  calls(): readonly string[];
  close(): Promise<void>;
}

export async function aRig(...objects: readonly Object[]): Promise<Rig> {
  const api = await FakeApi.start();
  for (const object of objects) {
    const { kind = 'PersistentVolumeClaim', apiVersion = 'v1' } = object;
    api.put(collections[kind] ?? '', { ...object, kind, apiVersion });
  }
  const client = api.server.client();
  const cache = createClusterCache(client, { flavours: ['apps/v1'], onProblem: () => undefined });
  cache.start();
  await cache.ready;
  const told: string[] = [];
  const clock = () => epoch + 1_000_000;
  const record: Dependencies['events']['record'] = (_set, type, reason, message) =>
    void told.push(`${type} ${reason}: ${message}`);
  return {
    api,
    key: { flavour: 'apps/v1', namespace: 'shop', name: 'web' },
    told,
    dependencies: {
      cluster: 'c',
      flavours: ['apps/v1'],
      client,
      cache,
      planner: createPlanner(cache, clock),
      events: { record, dropped: () => 0, flush: () => Promise.resolve() },
      clock,
      stopwatch: () => performance.now(),
    },
    calls: () =>
      api.server.calls
        .filter(({ method, path }) => method !== 'GET' || /\/namespaces\/shop\/\w+\//.test(path))
        .map(({ method, path }) => `${method} ${path.replace(/^.*\/namespaces\/shop\//, '')}`),
    async close() {
      await cache.stop();
      await api.server.close();
    },
  };
}
