import { allReady, createSet, podsAre } from '../cluster.ts';
import { directParallel, directStart } from '../direct.ts';
import type { Scenario } from '../scenario.ts';
import { keyIn } from '../sets.ts';
import { systemNames } from '../systems.ts';

export const orderedStart: Scenario = {
  id: 'a',
  title: 'OrderedReady 0 -> N, a claim each',
  size: 30,
  full: 100,
  moved: (size) => size,
  systems: systemNames,
  async run(bench, size) {
    const { cluster, namespace, system } = bench;
    await bench.startWarm();
    await bench.measure(async () => {
      const isDirect = system === 'direct';
      const set = await createSet(cluster, namespace, { replicas: isDirect ? 0 : size, claims: true });
      if (isDirect) await directStart(cluster, set, size);
      await podsAre(cluster, keyIn(namespace), allReady(size));
    });
  },
};

export const parallelStart: Scenario = {
  id: 'b',
  title: 'Parallel 0 -> N',
  size: 150,
  full: 1_000,
  moved: (size) => size,
  systems: systemNames,
  async run(bench, size) {
    const { cluster, namespace, system } = bench;
    await bench.startWarm();
    await bench.measure(async () => {
      const isDirect = system === 'direct';
      const set = await createSet(cluster, namespace, { replicas: isDirect ? 0 : size, parallel: true });
      if (isDirect) await directParallel(cluster, set, size);
      await podsAre(cluster, keyIn(namespace), allReady(size));
    });
  },
};

const replicas = 10;

export const manySets: Scenario = {
  id: 'c',
  title: `N sets of ${replicas} at once`,
  size: 10,
  full: 100,
  moved: (size) => size * replicas,
  systems: systemNames,
  async run(bench, size) {
    const { cluster, namespace, system } = bench;
    await bench.startWarm();
    const names = Array.from({ length: size }, (_, index) => `web${index}`);
    await bench.measure(async () => {
      const isDirect = system === 'direct';
      await Promise.all(
        names.map(async (name) => {
          const set = await createSet(cluster, namespace, { replicas: isDirect ? 0 : replicas, name });
          if (isDirect) await directStart(cluster, set, replicas);
          await podsAre(cluster, keyIn(namespace, name), allReady(replicas));
        }),
      );
    });
  },
};
