import { expect } from 'vitest';
import { scenario } from '../support/scenario.ts';

scenario(
  'S12: a pod is Ready for minReadySeconds before the next one is created (SS-83, SS-84)',
  async (scene) => {
    await scene.apply(await scene.example('s12-reference-manifest'));
    await scene.untilSettled('web', 60_000);
    expect(scene.story()).toEqual([0, 1, 2].flatMap((i) => [`created web-${i}`, `ready web-${i}`]));
    const at = new Map(scene.moments().map((moment) => [`${moment.what} ${moment.name}`, moment.at]));
    for (const i of [0, 1]) {
      const gap = (at.get(`created web-${i + 1}`) ?? 0) - (at.get(`ready web-${i}`) ?? 0);
      // Kubelets write whole seconds: up to one less by the clock. Upstream waits for up to twice the time.
      expect(gap).toBeGreaterThan(9_000);
      expect(gap).toBeLessThan(12_500);
    }
    const counts = scene.events.flatMap(({ object }) => {
      const { status } = object as {
        readonly status?: { readonly readyReplicas?: number; readonly availableReplicas?: number };
      };
      return object.kind === 'StatefulSet' ? [[status?.readyReplicas ?? 0, status?.availableReplicas ?? 0]] : [];
    });
    expect(counts).toContainEqual([1, 0]);
    expect(counts).toContainEqual([2, 1]);
    expect(counts).toContainEqual([3, 2]);
    expect(counts).toContainEqual([3, 3]);
    expect([...scene.claims().values()].map(({ spec }) => spec.storageClassName)).toEqual(
      Array(3).fill('my-storage-class'),
    );
  },
  { sideBySide: true },
);
