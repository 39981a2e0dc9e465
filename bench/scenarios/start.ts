import { allReady, createSet, podsAre, type SetOptions } from '../cluster.ts';
import { directParallel, directStart } from '../direct.ts';
import type { Bench, Scenario } from '../scenario.ts';
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
    await bench.startWarm();
    await bench.measure(() => started(bench, { replicas: size, claims: true }, directStart));
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
    await bench.startWarm();
    await bench.measure(() => started(bench, { replicas: size, parallel: true }, directParallel));
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
    await bench.startWarm();
    const names = Array.from({ length: size }, (_, index) => `web${index}`);
    await bench.measure(async () => {
      await Promise.all(names.map((name) => started(bench, { replicas, name }, directStart)));
    });
  },
};

/** Makes a set and waits until its pods are Ready; where no controller is measured, `direct` makes them. */
async function started(
  { cluster, namespace, system }: Bench,
  options: SetOptions,
  direct: typeof directStart,
): Promise<void> {
  const { replicas, name } = options;
  const isDirect = system === 'direct';
  const set = await createSet(cluster, namespace, { ...options, replicas: isDirect ? 0 : replicas });
  if (isDirect) await direct(cluster, set, replicas);
  await podsAre(cluster, keyIn(namespace, name), allReady(replicas));
}
