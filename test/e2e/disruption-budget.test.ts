import { expect } from 'vitest';
import { waitUntil } from '../../sandbox/processes/wait-until.ts';
import { replaced } from '../support/ordinals.ts';
import { scenario } from '../support/scenario.ts';

interface Budget {
  readonly metadata: { readonly generation: number };
  readonly status?: {
    readonly observedGeneration?: number;
    readonly expectedPods: number;
    readonly desiredHealthy: number;
    readonly currentHealthy: number;
    readonly disruptionsAllowed: number;
  };
}

scenario(
  'a PodDisruptionBudget counts by the scale of the set, and an update does not ask it (SS-125)',
  async (scene) => {
    // A share: of what, only the scale of the set tells.
    const [budget] = (await scene.example('s18-autoscaler')).filter(({ kind }) => kind === 'PodDisruptionBudget');
    expect(budget?.spec).toMatchObject({ maxUnavailable: '50%' });
    await scene.apply([...(await scene.example('s06-scale')), ...(budget === undefined ? [] : [budget])]);
    await scene.untilSettled('web');
    const path = `/apis/policy/v1/namespaces/${scene.namespace}/poddisruptionbudgets/web`;
    const counts = async () => {
      const { metadata, status } = await scene.api.call<Budget>('GET', path);
      if (status?.observedGeneration !== metadata.generation) return undefined;
      const { expectedPods, desiredHealthy, currentHealthy, disruptionsAllowed } = status;
      return { expectedPods, desiredHealthy, currentHealthy, disruptionsAllowed };
    };
    const counted = (expectedPods: number, desiredHealthy: number, currentHealthy = expectedPods) =>
      waitUntil(
        'the budget is counted',
        async () => {
          const disruptionsAllowed = currentHealthy - desiredHealthy;
          expect(await counts()).toEqual({ expectedPods, desiredHealthy, currentHealthy, disruptionsAllowed });
          return true;
        },
        { timeoutMs: 60_000 },
      );
    await counted(2, 1);
    await scene.scale('web', 4);
    await scene.untilSettled('web');
    await counted(4, 2);

    await scene.kubectl(['patch', 'pdb', 'web', '--type=merge', '-p', '{"spec":{"maxUnavailable":0}}']);
    await counted(4, 4);
    const eviction = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name: 'web-0' } };
    const evict = scene.api.call('POST', `/api/v1/namespaces/${scene.namespace}/pods/web-0/eviction`, eviction);
    await expect(evict).rejects.toThrow(/disruption budget/);
    scene.mark();
    await scene.patchImage('web', 'nginx:latest');
    await scene.untilSettled('web');
    expect(scene.story()).toEqual([3, 2, 1, 0].flatMap((i) => replaced(`web-${i}`)));
  },
  { sideBySide: true },
);
