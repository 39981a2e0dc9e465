import { expect } from 'vitest';
import { scenario } from '../support/scenario.ts';

scenario(
  'S12: a pod is Ready for minReadySeconds before the next one is created (SS-83, SS-84)',
  async (scene) => {
    await scene.apply(await scene.example('s12-reference-manifest'));
    await scene.untilSettled('web', 60_000);
    expect(scene.story()).toEqual([0, 1, 2].flatMap((i) => [`created web-${i}`, `ready web-${i}`]));
    for (const i of [0, 1]) {
      const ready = scene
        .pods()
        .get(`web-${i}`)
        ?.status?.conditions?.find(({ type }) => type === 'Ready');
      const created = scene.pods().get(`web-${i + 1}`)?.metadata.creationTimestamp;
      // By what the objects say, in whole seconds: when we saw it would add the delay of our own watch. Upstream waits for up to twice the time.
      const waited = Date.parse(created ?? '') - Date.parse(ready?.lastTransitionTime ?? '');
      expect(waited).toBeGreaterThanOrEqual(10_000);
      expect(waited).toBeLessThanOrEqual(15_000);
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
