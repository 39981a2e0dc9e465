import type { Cluster } from '../cluster.ts';
import { createSet, podsAre } from '../cluster.ts';
import type { Bench, Scenario } from '../scenario.ts';
import { imagePatch, isUpdatedTo, keyIn, patchSpec, settledSet } from '../sets.ts';
import type { SystemName } from '../systems.ts';

const controllers: readonly SystemName[] = ['default', 'raised', 'ordinal'];

export const brokenRevision: Scenario = {
  id: 'f',
  title: 'a good template after a broken one, set of N',
  size: 3,
  full: 3,
  moved: () => 0,
  systems: controllers,
  limit: 10,
  async run(bench, size) {
    const { cluster, namespace } = bench;
    const key = keyIn(namespace);
    await settledSet(bench, { replicas: size });
    await bench.start();
    // The simulated kubelet cannot pull an image of this tag.
    await patchSpec(cluster, namespace, imagePatch('nginx:broken'));
    const isBroken = (image?: string) => image === 'nginx:broken';
    await podsAre(
      cluster,
      key,
      (pods) => pods.length === size && pods.some(({ spec }) => isBroken(spec.containers?.[0]?.image)),
    );
    await bench.measure(async (late) => {
      await patchSpec(cluster, namespace, imagePatch('nginx:2'));
      await podsAre(cluster, key, isUpdatedTo('nginx:2', size), late);
    });
  },
};

/** kill -9 in the middle, another one started at once: the time to the next pod that comes or goes. */
const killed = (
  id: string,
  title: string,
  prepare: (bench: Bench, size: number) => Promise<void>,
  begin: (bench: Bench, size: number) => Promise<unknown>,
): Scenario => ({
  id,
  title,
  size: 40,
  full: 100,
  moved: () => 0,
  systems: controllers,
  limit: 30,
  async run(bench, size) {
    const { cluster } = bench;
    await prepare(bench, size);
    const first = await bench.start();
    await begin(bench, size);
    await movements(cluster, bench.namespace, Math.ceil(size / 4), AbortSignal.timeout(120_000));
    await bench.measure(async (late) => {
      await first.kill();
      // What was asked for before the kill may still be happening.
      const next = movements(cluster, bench.namespace, 1, late, 300);
      next.catch(() => undefined);
      await bench.start();
      await next;
    });
  },
});

const nothing = () => Promise.resolve();

export const killedInStart = killed(
  'g-a',
  'kill -9 in an ordered start: next pod',
  nothing,
  ({ cluster, namespace }, size) => createSet(cluster, namespace, { replicas: size, claims: true }),
);
export const killedInUpdate = killed(
  'g-d',
  'kill -9 in a rolling update: next pod',
  async (bench, size) => void (await settledSet(bench, { replicas: size })),
  ({ cluster, namespace }) => patchSpec(cluster, namespace, imagePatch('nginx:2')),
);
export const killedInScaleIn = killed(
  'g-e',
  'kill -9 in a scale-in: next pod',
  async (bench, size) => void (await settledSet(bench, { replicas: size, ordered: true })),
  ({ cluster, namespace }) => patchSpec(cluster, namespace, { replicas: 0 }),
);

/** Resolves when so many pods have been asked to come or to go, `afterMs` from now on; rejects when `deadline` is aborted. */
async function movements(
  { cache }: Cluster,
  namespace: string,
  count: number,
  deadline: AbortSignal,
  afterMs = 0,
): Promise<void> {
  const key = keyIn(namespace);
  const seen = new Set<string>();
  const look = (): readonly string[] =>
    (cache.view(key)?.pods ?? []).map(
      ({ metadata }) => `${metadata.uid} ${metadata.deletionTimestamp === undefined ? 'here' : 'going'}`,
    );
  const from = performance.now() + afterMs;
  for (const each of look()) seen.add(each);
  for (let moved = 0; moved < count;) {
    await cache.changed(key, deadline, 1_000);
    for (const each of look()) {
      if (seen.has(each)) continue;
      seen.add(each);
      if (performance.now() >= from) moved += 1;
    }
  }
}
