import { podsAre } from '../cluster.ts';
import { directScaleIn, directUpdate } from '../direct.ts';
import type { Scenario } from '../scenario.ts';
import { imagePatch, isUpdatedTo, keyIn, patchSpec, settledSet } from '../sets.ts';
import { systemNames } from '../systems.ts';

const rollingUpdate = (id: string, maxUnavailable: number): Scenario => ({
  id,
  title: `rolling update of N, maxUnavailable ${maxUnavailable}`,
  size: 30,
  full: 100,
  moved: (size) => size,
  systems: systemNames,
  async run(bench, size) {
    const { cluster, namespace, system } = bench;
    const set = await settledSet(bench, { replicas: size, maxUnavailable });
    await bench.startWarm();
    await bench.measure(async () => {
      if (system === 'direct') return directUpdate(cluster, set, size, maxUnavailable);
      await patchSpec(cluster, namespace, imagePatch('nginx:2'));
      await podsAre(cluster, keyIn(namespace), isUpdatedTo('nginx:2', size));
    });
  },
});

export const updateOneByOne = rollingUpdate('d', 1);
export const updateByTen = rollingUpdate('d10', 10);

export const scaleIn: Scenario = {
  id: 'e',
  title: 'scale N -> 0, ordered',
  size: 60,
  full: 100,
  moved: (size) => size,
  systems: systemNames,
  async run(bench, size) {
    const { cluster, namespace, system } = bench;
    const set = await settledSet(bench, { replicas: size, ordered: true });
    await bench.startWarm();
    await bench.measure(async () => {
      if (system === 'direct') return directScaleIn(cluster, set, size);
      await patchSpec(cluster, namespace, { replicas: 0 });
      await podsAre(cluster, keyIn(namespace), (pods) => pods.length === 0);
    });
  },
};
