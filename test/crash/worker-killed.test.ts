import { afterAll, beforeAll, expect, test } from 'vitest';
import { annotated, withoutClusterWide, withPods, type Manifest } from '../support/example.ts';
import { overlapping, runsOf } from '../support/history.ts';
import { imageOf } from '../support/objects.ts';
import { range, replaced } from '../support/ordinals.ts';
import { startOwnCluster, type OwnCluster } from '../support/own-cluster.ts';
import { playOn } from '../support/scenario.ts';
import type { Scene } from '../support/scene.ts';
import type { WorkerProcess } from '../support/worker-process.ts';
import { createdTwice, expectResumed, replaceWorkerAfter } from './crash.ts';

let cluster: OwnCluster;
let worker: WorkerProcess;

beforeAll(async () => {
  cluster = await startOwnCluster();
  worker = await cluster.startWorker();
});

afterAll(() => cluster.stop());

/** Pods that take a moment to come and to go: the crash falls into the middle. */
const slow = (objects: readonly Manifest[]) =>
  withPods(objects, { 'sandbox.ordinal.dev/ready-after': '300ms', 'sandbox.ordinal.dev/terminate-after': '300ms' });

async function crashAfter(scene: Scene, moments: number): Promise<number> {
  const crash = await replaceWorkerAfter(scene, cluster, worker, moments);
  worker = crash.worker;
  return crash.killedAt;
}

const play = (name: string, scenario: (scene: Scene) => Promise<void>) =>
  test(name, () =>
    playOn(cluster.target, 'crash', async (scene) => {
      await scenario(scene);
      expect(createdTwice(scene.moments())).toEqual([]);
      expect(overlapping(await runsOf(cluster.target, scene.namespace))).toEqual([]);
    }),
  );

for (const moments of [1, 4, 7]) {
  play(`S1: killed after ${moments} moments, the start goes on`, async (scene) => {
    await scene.apply(slow(await scene.example('s01-ordered-start')));
    const killedAt = await crashAfter(scene, moments);
    await scene.untilSettled('web-sts', 60_000);
    expect(scene.story()).toEqual(range(0, 6).flatMap((i) => [`created web-sts-${i}`, `ready web-sts-${i}`]));
    expectResumed(scene.moments(), killedAt);
  });
}

for (const moments of [1, 2, 3, 8, 13]) {
  play(`S3: killed after ${moments} moments, the update goes on and restarts nothing twice`, async (scene) => {
    await scene.apply(slow(await scene.example('s03-rolling-update')));
    await scene.untilSettled('web');
    scene.mark();
    await scene.patchImage('web', 'nginx:latest');
    const killedAt = await crashAfter(scene, moments);
    await scene.untilSettled('web', 60_000);
    expect(scene.story()).toEqual(
      range(0, 6)
        .toReversed()
        .flatMap((i) => replaced(`web-${i}`)),
    );
    expect([...scene.pods().values()].map(imageOf)).toEqual(Array(6).fill('nginx:latest'));
    expectResumed(scene.moments(), killedAt);
  });
}

for (const moments of [1, 2, 3]) {
  play(`S6: killed after ${moments} moments of a scale-in, it goes on`, async (scene) => {
    await scene.apply(slow(await scene.example('s06-scale')));
    await scene.kubectl(['scale', 'statefulset', 'web', '--replicas=5']);
    await scene.untilSettled('web');
    scene.mark();
    await scene.kubectl(['scale', 'statefulset', 'web', '--replicas=1']);
    const killedAt = await crashAfter(scene, moments);
    await scene.untilSettled('web', 60_000);
    expect(scene.story()).toEqual([4, 3, 2, 1].flatMap((i) => [`leaving web-${i}`, `gone web-${i}`]));
    expectResumed(scene.moments(), killedAt);
  });
}

for (const moments of [1, 2, 4]) {
  play(`S10: killed after ${moments} moments of a deletion, it goes on in order`, async (scene) => {
    const name = 'statefulset-test';
    const objects = withoutClusterWide(await scene.example('s10-ordered-deletion'));
    await scene.apply(slow(annotated(objects, { 'ordinal.dev/ordered-deletion': 'true' })));
    await scene.untilSettled(name);
    scene.mark();
    await scene.kubectl(['delete', 'statefulset', name, '--wait=false']);
    const killedAt = await crashAfter(scene, moments);
    await scene.until('the set is gone', () => scene.set(name) === undefined, 60_000);
    expect(scene.story()).toEqual([2, 1, 0].flatMap((i) => [`leaving ${name}-${i}`, `gone ${name}-${i}`]));
    if (moments < 4) expectResumed(scene.moments(), killedAt);
  });
}
