import { afterAll, beforeAll, expect, test } from 'vitest';
import { withPods } from '../support/example.ts';
import { range, replaced } from '../support/ordinals.ts';
import { startOwnCluster, type OwnCluster } from '../support/own-cluster.ts';
import { playOn } from '../support/scenario.ts';
import { expectResumed } from './expect-resumed.ts';

let cluster: OwnCluster;

beforeAll(async () => {
  cluster = await startOwnCluster();
});

afterAll(() => cluster.stop());

const downwards = range(0, 6)
  .toReversed()
  .flatMap((i) => replaced(`web-${i}`));

test('a worker that is told to stop finishes its ordinal, exits with 0, and another goes on at once', () =>
  playOn(cluster.target, 'stop', async (scene) => {
    const first = await cluster.startWorker();
    await scene.apply(
      withPods(await scene.example('s03-rolling-update'), { 'sandbox.ordinal.dev/terminate-after': '300ms' }),
    );
    await scene.untilSettled('web');
    const second = await cluster.startWorker();
    scene.mark();
    await scene.patchImage('web', 'nginx:latest');
    await scene.until('web-4 is leaving', () => scene.story().includes('leaving web-4'));
    const stoppedAt = Date.now();
    expect(await first.kill('SIGTERM')).toBe(0);
    expect(Date.now() - stoppedAt).toBeLessThan(12_000);
    await scene.untilSettled('web', 60_000);
    expect(scene.story()).toEqual(downwards);
    expectResumed(scene.moments(), stoppedAt, 3_000);
    await second.kill('SIGKILL');
  }));

test('of two workers one is killed: the other goes on', () =>
  playOn(cluster.target, 'two', async (scene) => {
    const first = await cluster.startWorker();
    await scene.apply(await scene.example('s03-rolling-update'));
    await scene.untilSettled('web');
    await cluster.startWorker();
    scene.mark();
    await scene.patchImage('web', 'nginx:latest');
    await scene.until('web-4 is leaving', () => scene.story().includes('leaving web-4'));
    const killedAt = Date.now();
    await first.kill('SIGKILL');
    await scene.untilSettled('web', 60_000);
    expect(scene.story()).toEqual(downwards);
    expectResumed(scene.moments(), killedAt);
  }));
