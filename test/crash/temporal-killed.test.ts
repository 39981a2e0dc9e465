import { afterAll, beforeAll, expect, test } from 'vitest';
import { withPods } from '../support/example.ts';
import { range, replaced } from '../support/ordinals.ts';
import { startOwnCluster, type OwnCluster } from '../support/own-cluster.ts';
import { playOn } from '../support/scenario.ts';

let cluster: OwnCluster;

beforeAll(async () => {
  cluster = await startOwnCluster();
  await cluster.startWorker();
});

afterAll(() => cluster.stop());

const slow = { 'sandbox.ordinal.dev/ready-after': '300ms', 'sandbox.ordinal.dev/terminate-after': '300ms' };
const downwards = range(0, 6)
  .toReversed()
  .flatMap((i) => replaced(`web-${i}`));

for (const moments of [1, 6, 12]) {
  // With three pods replaced the steps of the three that are left are in a worker already.
  const isAllBegun = moments === 12;
  test(`Temporal is killed ${moments} moments into an update and comes back: no pod is left half replaced`, () =>
    playOn(cluster.target, 'temporal', async (scene) => {
      await scene.apply(withPods(await scene.example('s03-rolling-update'), slow));
      await scene.untilSettled('web');
      scene.mark();
      await scene.patchImage('web', 'nginx:latest');
      await scene.untilStory(moments);
      await cluster.sandbox.processes.temporal.kill('SIGKILL');
      // What was begun is finished without Temporal.
      await scene.until('six pods are Ready', () => {
        const lastWords = new Map(scene.moments().map(({ name, what }) => [name, what]));
        const isAllDone = scene.story().length === downwards.length;
        return [...lastWords.values()].every((what) => what === 'ready') && (isAllDone || !isAllBegun);
      });
      await cluster.sandbox.processes.temporal.restart();
      const backAt = Date.now();
      await scene.untilSettled('web', 60_000);
      expect(scene.story()).toEqual(downwards);
      if (isAllBegun) return;
      const next = scene.moments().find(({ what, at }) => what === 'leaving' && at > backAt);
      expect((next?.at ?? Infinity) - backAt).toBeLessThan(12_000);
    }));
}
