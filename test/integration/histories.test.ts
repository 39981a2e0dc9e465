import { afterAll, beforeAll, expect, test } from 'vitest';
import { setTimeout as sleep } from 'node:timers/promises';
import { waitUntil } from '../../sandbox/processes/wait-until.ts';
import { withSpec } from '../support/example.ts';
import { endedOperations, isParked, kindOf, operations, overlapping, runsOf, type Run } from '../support/history.ts';
import { startOwnCluster, type OwnCluster } from '../support/own-cluster.ts';
import { playOn } from '../support/scenario.ts';
import { ownCalls } from '../support/own-calls.ts';
import type { Scene } from '../support/scene.ts';

let cluster: OwnCluster;

beforeAll(async () => {
  cluster = await startOwnCluster();
  await cluster.startWorker();
});

afterAll(() => cluster.stop());

/** Each event by its workflow and its kind: a failure then tells what came. */
const eventsOf = (runs: readonly Run[]) =>
  runs.flatMap(({ type, events }) => events.map((event) => `${type}: ${kindOf(event)}`));
const histories = (scene: Scene) => runsOf(cluster.target, scene.namespace);

/** What cannot be waited for is given this long to happen, in ms. */
const quietMs = 10_000;

test('no template gets into a history, not even a part of one', () =>
  playOn(cluster.target, 'secrets', async (scene) => {
    const secret = 'hunter2-swordfish';
    const objects = await scene.example('s06-scale');
    const text = JSON.stringify(objects).replace(
      '"image":',
      `"env":[{"name":"PASSWORD","value":"${secret}"}],"image":`,
    );
    await scene.apply(JSON.parse(text) as typeof objects);
    await scene.untilSettled('web');
    await scene.patchImage('web', 'nginx:latest');
    await scene.untilSettled('web');
    await scene.patchImage('web', 'nginx:broken');
    await scene.until('it is stuck', () =>
      scene.set('web')?.status?.conditions?.some(({ type, status }) => type === 'Stalled' && status === 'True'),
    );
    expect(JSON.stringify([...scene.pods().values()])).toContain(secret);

    const runs = await waitUntil('three operations are listed', async () => {
      const listed = await histories(scene);
      return operations(listed).length >= 3 && listed;
    });
    for (const { id, events } of runs) {
      // Payloads are bytes: as text, and as they are.
      const payloads = JSON.stringify(events, (_, value: unknown) =>
        value instanceof Uint8Array
          ? Buffer.from(value).toString('latin1')
          : typeof value === 'bigint'
            ? `${value}`
            : value,
      );
      expect(payloads, `history of ${id}`).toContain('web');
      for (const part of [secret, 'PASSWORD', 'containers', 'mountPath'])
        expect(payloads, `history of ${id}`).not.toContain(part);
    }
  }));

test('an ordinal costs 8 events at most', () =>
  playOn(cluster.target, 'events', async (scene) => {
    const replicas = 20;
    await scene.apply(withSpec(await scene.example('s06-scale'), { replicas }));
    await scene.untilSettled('web', 60_000);
    await scene.patchImage('web', 'nginx:latest');
    await scene.untilSettled('web', 60_000);
    const runs = await endedOperations(scene, 2);
    expect(runs.map(({ type }) => type)).toEqual(['rollout', 'rollout']);
    for (const { events, id } of runs)
      expect(events.length / replicas, `events an ordinal of ${id}`).toBeLessThanOrEqual(8);
    expect(overlapping(runs)).toEqual([]);
  }));

test('a set that is stuck costs nothing while it is', () =>
  playOn(cluster.target, 'stuck', async (scene) => {
    await scene.apply(await scene.example('s16-broken-update'));
    await scene.untilSettled('web');
    await scene.patchImage('web', 'nginx:unready');
    await scene.until('web-2 runs and is not Ready', () => scene.pods().get('web-2')?.status?.phase === 'Running');
    // A step gives up its slot after 20 s; then nothing is pending any more.
    await expect
      .poll(async () => operations(await histories(scene)).filter(isParked).length, { timeout: 60_000, interval: 500 })
      .toBe(1);
    await sleep(2_000);
    const before = eventsOf(await histories(scene));
    const written = await ownCalls(scene);
    await sleep(quietMs);
    expect(await ownCalls(scene)).toEqual(written);
    const runs = await histories(scene);
    expect(eventsOf(runs)).toEqual(before);
    expect(runs.flatMap(({ events }) => events).filter((event) => kindOf(event) === 'timerStarted')).toEqual([]);
  }));

test('a set that the API server refuses costs nothing while it does, and goes on when it does not any more', () =>
  playOn(cluster.target, 'refused', async (scene) => {
    await scene.apply([
      { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'none' }, spec: { hard: { pods: '0' } } },
    ]);
    await scene.apply(await scene.example('s06-scale'));
    await scene.until('it is refused', () =>
      scene.set('web')?.status?.conditions?.some(({ type }) => type === 'ReplicaFailure'),
    );
    const dryRuns = async () =>
      (await scene.calls()).filter(
        ({ requestURI }) => requestURI?.includes('/pods?') && requestURI.includes('dryRun=All'),
      );
    await expect
      .poll(async () => operations(await histories(scene)).filter(isParked).length, { timeout: 30_000, interval: 500 })
      .toBe(1);
    await sleep(2_000);
    const [before, asked] = [eventsOf(await histories(scene)), (await dryRuns()).length];
    await expect.poll(async () => (await dryRuns()).length, { timeout: 60_000, interval: 500 }).toBeGreaterThan(asked);
    await sleep(quietMs);
    expect(eventsOf(await histories(scene))).toEqual(before);
    await scene.kubectl(['delete', 'resourcequota', 'none']);
    await scene.untilSettled('web', 60_000);
  }));
