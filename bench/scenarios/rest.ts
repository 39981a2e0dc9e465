import { setTimeout as sleep } from 'node:timers/promises';
import { pods, revisions, setsOf } from '../../kube/resources.ts';
import { newPod } from '../../model/identity.ts';
import { newRevision } from '../../model/revisions.ts';
import { type Cluster, createSet, podsAre } from '../cluster.ts';
import type { Scenario } from '../scenario.ts';
import { inGroups, keyIn } from '../sets.ts';
import type { SystemName } from '../systems.ts';
import { peakMiB, residentMiB } from '../usage.ts';

const systems: readonly SystemName[] = ['raised', 'ordinal'];
const watchedMs = 20_000;
/** What was asked for on the way is still being done, and then the garbage of it is collected: a rest begins when that is over, in ms. */
const untilRestMs = 20_000;

/** N sets of one pod, looked at for 20 s when nothing is left to do: the calls and the processor time are the result. */
export const idle: Scenario = {
  id: 'h',
  title: `N settled sets at rest, ${watchedMs / 1_000} s`,
  size: 100,
  full: 1_000,
  moved: () => 0,
  systems,
  async run(bench, size) {
    const { cluster, namespace } = bench;
    const { pid = 0 } = await bench.start();
    const names = Array.from({ length: size }, (_, index) => `web${index}`);
    await inGroups(names, (name) => createSet(cluster, namespace, { replicas: 1, name }));
    await Promise.all(names.map((name) => hasStatus(cluster, namespace, name)));
    await sleep(untilRestMs);
    await bench.measure(() => sleep(watchedMs));
    bench.tell('at rest', residentMiB(pid), 'MiB');
  },
};

/** Pods that were made without any controller, of sets that are then taken over: the time until each set has its status. */
export const adopted: Scenario = {
  id: 'i',
  title: 'N pods in sets of 100 that a controller finds when it starts',
  size: 1_000,
  full: 10_000,
  moved: (size) => size,
  systems,
  async run(bench, size) {
    const { cluster, namespace } = bench;
    const names = Array.from({ length: Math.ceil(size / 100) }, (_, index) => `web${index}`);
    for (const name of names) await makeSettled(cluster, namespace, name, Math.min(100, size));
    let pid = 0;
    await bench.measure(async () => {
      ({ pid = 0 } = await bench.start());
      await Promise.all(names.map((name) => hasStatus(cluster, namespace, name)));
    });
    bench.tell('peak', peakMiB(pid), 'MiB');
    await sleep(untilRestMs);
    bench.tell('at rest', residentMiB(pid), 'MiB');
  },
};

async function makeSettled(
  { client, ...cluster }: Cluster,
  namespace: string,
  name: string,
  replicas: number,
): Promise<void> {
  const set = await createSet({ client, ...cluster }, namespace, { replicas, name, parallel: true });
  const { template } = set.spec;
  const revision = newRevision({ set, template, revision: 1, collisionCount: 0 });
  await client.create(revisions, namespace, revision);
  const ordinals = Array.from({ length: replicas }, (_, ordinal) => ordinal);
  await inGroups(ordinals, (ordinal) =>
    client.create(pods, namespace, newPod({ set, revision: revision.metadata.name, template, ordinal })),
  );
  await podsAre(
    { client, ...cluster },
    keyIn(namespace, name),
    (found) => found.length === replicas && found.every(({ status }) => status?.phase === 'Running'),
  );
}

async function hasStatus({ client, cache }: Cluster, namespace: string, name: string): Promise<void> {
  const deadline = AbortSignal.timeout(300_000);
  const key = keyIn(namespace, name);
  for (;;) {
    const set = cache.view(key)?.set ?? (await client.get(setsOf('apps/v1'), namespace, name));
    const { spec, status, metadata } = set;
    if (status?.observedGeneration === metadata.generation && status?.availableReplicas === spec.replicas) return;
    await cache.changed(key, deadline, 1_000);
  }
}
