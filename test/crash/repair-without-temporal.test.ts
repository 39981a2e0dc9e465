import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { waitUntil } from '../../sandbox/processes/wait-until.ts';
import { annotated } from '../support/example.ts';
import { range, replaced } from '../support/ordinals.ts';
import { startOwnCluster, type OwnCluster } from '../support/own-cluster.ts';
import { playOn } from '../support/scenario.ts';
import type { Scene } from '../support/scene.ts';
import type { WorkerProcess } from '../support/worker-process.ts';

let cluster: OwnCluster;
let worker: WorkerProcess;

beforeAll(async () => {
  cluster = await startOwnCluster();
  worker = await cluster.startWorker();
});

afterEach(() => cluster.sandbox.processes.temporal.restart());

afterAll(() => cluster?.stop());

const downwards = range(0, 6)
  .toReversed()
  .flatMap((i) => replaced(`web-${i}`));

const killTemporal = () => cluster.sandbox.processes.temporal.kill('SIGKILL');

/** Reasons and messages of the events on the sets of a scene. */
async function eventsOf({ api, namespace }: Scene): Promise<readonly string[]> {
  const { items } = await api.call<{ items: readonly { readonly reason: string; readonly message: string }[] }>(
    'GET',
    `/api/v1/namespaces/${namespace}/events`,
  );
  return items.map(({ reason, message }) => `${reason}: ${message}`);
}

test('while Temporal is away a lost pod comes back, and nothing else is done', () =>
  playOn(cluster.target, 'repair', async (scene) => {
    await scene.apply(await scene.example('s03-rolling-update'));
    await scene.untilSettled('web');
    scene.mark();
    await killTemporal();
    await scene.kubectl(['delete', 'pod', 'web-2', 'web-4']);
    await scene.until(
      'both are back',
      () => scene.story().includes('ready web-2') && scene.story().includes('ready web-4'),
      15_000,
    );
    await scene.patchImage('web', 'nginx:latest');
    const before = scene.story().length;
    await scene.settle();
    expect(scene.story().length).toBe(before);
    await cluster.sandbox.processes.temporal.restart();
    await scene.untilSettled('web', 60_000);
    expect(scene.story().slice(before)).toEqual(downwards);
    await waitUntil('the repair is on record', async () => {
      const events = await eventsOf(scene);
      return [2, 4].every((i) =>
        events.includes(`RepairedWithoutTemporal: created pod web-${i} while Temporal could not be reached`),
      );
    });
  }));

test('the set that hosts the database of Temporal itself comes back, and Temporal with it', () =>
  playOn(cluster.target, 'own-database', async (scene) => {
    await scene.apply(await scene.example('s03-rolling-update'));
    await scene.untilSettled('web');
    scene.mark();
    // Temporal is up only while web-0 is.
    await scene.kubectl(['delete', 'pod', 'web-0', '--wait=false']);
    await scene.until('the database is going', () => scene.story().includes('leaving web-0'));
    await killTemporal();
    await scene.until('the database is back', () => scene.story().includes('ready web-0'), 15_000);
    await cluster.sandbox.processes.temporal.restart();
    expect(scene.story()).toEqual(replaced('web-0'));
    await scene.patchImage('web', 'nginx:latest');
    await scene.untilSettled('web', 60_000);
    expect(scene.story().slice(4)).toEqual(downwards);
  }));

test('an update takes down the database of Temporal itself, and brings it back', () =>
  playOn(cluster.target, 'own-update', async (scene) => {
    await scene.apply(await scene.example('s03-rolling-update'));
    await scene.untilSettled('web');
    scene.mark();
    await scene.patchImage('web', 'nginx:latest');
    await scene.until('a step has deleted its pod', () => scene.story().includes('leaving web-3'));
    await killTemporal();
    await scene.until('it is whole again', () => scene.story().includes('ready web-3'), 15_000);
    await cluster.sandbox.processes.temporal.restart();
    await scene.untilSettled('web', 60_000);
    expect(scene.story()).toEqual(downwards);
  }));

test('the worker is lost as well: another one, started while Temporal is away, brings the pod back', () =>
  playOn(cluster.target, 'both-lost', async (scene) => {
    await scene.apply(await scene.example('s03-rolling-update'));
    await scene.untilSettled('web');
    scene.mark();
    await Promise.all([killTemporal(), worker.kill('SIGKILL')]);
    await scene.kubectl(['delete', 'pod', 'web-1']);
    const starting = cluster.startWorker();
    await scene.until('the pod is back', () => scene.story().includes('ready web-1'), 40_000);
    await cluster.sandbox.processes.temporal.restart();
    worker = await starting;
    await scene.patchImage('web', 'nginx:latest');
    await scene.untilSettled('web', 60_000);
    expect(scene.story()).toEqual([...replaced('web-1'), ...downwards]);
  }));

test('while Temporal is away a namespace goes, and the order of a set does not keep it', () =>
  playOn(cluster.target, 'namespace', async (scene) => {
    const objects = await scene.example('s03-rolling-update');
    await scene.apply(annotated(objects, { 'ordinal.dev/ordered-deletion': 'true' }));
    await scene.untilSettled('web');
    expect(scene.set('web')?.metadata).toHaveProperty('finalizers', ['ordinal.dev/ordered-deletion']);
    await killTemporal();
    await scene.kubectl(['delete', 'namespace', scene.namespace, '--wait=false']);
    await scene.until('the set is gone', () => scene.set('web') === undefined);
  }));

test('the order of a set does not keep its namespace either where the worker started while Temporal was away', () =>
  playOn(cluster.target, 'namespace-later', async (scene) => {
    const objects = await scene.example('s03-rolling-update');
    await scene.apply(annotated(objects, { 'ordinal.dev/ordered-deletion': 'true' }));
    await scene.untilSettled('web');
    await Promise.all([killTemporal(), worker.kill('SIGKILL')]);
    await scene.kubectl(['delete', 'namespace', scene.namespace, '--wait=false']);
    const starting = cluster.startWorker();
    await scene.until('the set is gone', () => scene.set('web') === undefined, 40_000);
    await cluster.sandbox.processes.temporal.restart();
    worker = await starting;
  }));

test('with --no-repair nothing is done until Temporal is back', async () => {
  await worker.kill('SIGTERM');
  worker = await cluster.startWorker(['--resource', 'apps/v1', '--no-probe', '--no-repair']);
  await playOn(cluster.target, 'no-repair', async (scene) => {
    await scene.apply(await scene.example('s03-rolling-update'));
    await scene.untilSettled('web');
    scene.mark();
    await killTemporal();
    await scene.kubectl(['delete', 'pod', 'web-2']);
    // Told by the worker's own failing attempt to wake the workflow, which takes far longer than the repair of the tests above.
    await waitUntil(
      'the loss has been seen, and Temporal asked in vain',
      () => worker.log().includes('"msg":"elected work"'),
      { timeoutMs: 60_000 },
    );
    expect(scene.story()).toEqual(['leaving web-2', 'gone web-2']);
    await cluster.sandbox.processes.temporal.restart();
    await scene.untilSettled('web', 60_000);
    expect(scene.story()).toEqual(replaced('web-2'));
    expect((await eventsOf(scene)).some((text) => text.startsWith('RepairedWithoutTemporal'))).toBe(false);
  });
});
