import { afterAll, beforeAll, expect, test } from 'vitest';
import { setTimeout as sleep } from 'node:timers/promises';
import { runsOf, type Run } from '../support/history.ts';
import { startOwnCluster, type OwnCluster } from '../support/own-cluster.ts';
import { playOn } from '../support/scenario.ts';
import { ownCalls } from '../support/own-calls.ts';
import type { Scene } from '../support/scene.ts';
import type { WorkerProcess } from '../support/worker-process.ts';

let cluster: OwnCluster;
let worker: WorkerProcess;

beforeAll(async () => {
  cluster = await startOwnCluster();
  worker = await cluster.startWorker();
});

afterAll(() => cluster.stop());

const eventsOf = (runs: readonly Run[]) => runs.reduce((sum, { events }) => sum + events.length, 0);
const histories = (scene: Scene) => runsOf(cluster.target, scene.namespace);

/** What cannot be waited for is given this long to happen, in ms. */
const quietMs = 10_000;

test('a set that has settled costs nothing: no event, no write, also when the worker is started again', () =>
  playOn(cluster.target, 'silence', async (scene) => {
    await scene.apply(await scene.example('s03-rolling-update'));
    await scene.untilSettled('web');
    const quiet = async () => ({ events: eventsOf(await histories(scene)), calls: await ownCalls(scene) });
    let before = await quiet();
    await expect
      .poll(
        async () => {
          const former = before;
          before = await quiet();
          return before.events - former.events + before.calls.length - former.calls.length;
        },
        { interval: 1_000, timeout: 10_000 },
      )
      .toBe(0);
    const watched = scene.events.length;
    await sleep(quietMs);
    expect(await quiet()).toEqual(before);
    await worker.kill('SIGTERM');
    worker = await cluster.startWorker();
    await sleep(quietMs);
    expect(await quiet()).toEqual(before);
    expect(scene.events.length).toBe(watched);
  }));
