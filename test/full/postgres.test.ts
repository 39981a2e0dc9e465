import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { waitUntil } from '../../sandbox/processes/wait-until.ts';
import { aSet } from '../support/a-set.ts';
import type { Manifest } from '../support/example.ts';
import { endedOperations, overlapping, runsOf } from '../support/history.ts';
import { hasSettled, type StatefulSet } from '../support/objects.ts';
import { range, replaced } from '../support/ordinals.ts';
import { playOn } from '../support/scenario.ts';
import type { Scene } from '../support/scene.ts';
import type { WorkerProcess } from '../support/worker-process.ts';
import { disturbed, of, slowSet } from '../outages/disturbed.ts';
import { postgresPrograms } from './postgres/postgres-programs.ts';
import { composeValue, startTopology, type Topology } from './postgres/topology.ts';

const programs = postgresPrograms();
if (programs === undefined) console.warn('skipped: no PostgreSQL here (Debian: apt-get install postgresql)');

describe.skipIf(programs === undefined)('the topology of docker-compose.yml, without containers', () => {
  let topology: Topology;
  const workers: WorkerProcess[] = [];

  beforeAll(async () => {
    topology = await startTopology(programs ?? '');
    workers.push(await topology.startWorker());
  });

  afterAll(() => topology?.stop());

  test('the server is of the version of .env, keeps histories for 90 days, and knows our search attributes', async () => {
    const version = await composeValue('TEMPORAL_VERSION');
    expect(await topology.ask('operator', 'cluster', 'system', '-o', 'json')).toContain(
      `"serverVersion": "${version}"`,
    );
    const namespace = await topology.ask('operator', 'namespace', 'describe', '-o', 'json');
    expect(namespace).toMatch(/"workflowExecutionRetentionTtl":\s*"7776000s"/);
    const attributes = await topology.ask('operator', 'search-attribute', 'list', '-o', 'json');
    for (const name of ['Cluster', 'Namespace', 'Name', 'Operation', 'Phase', 'Revision'])
      expect(attributes).toContain(`Ordinal${name}`);
  });

  test('a set is rolled out', () =>
    playOn(topology.target, 'postgres', async (scene) => {
      await scene.apply([slowSet(scene, 'web')]);
      await scene.untilSettled('web', 120_000);
      scene.mark();
      await scene.patchImage('web', 'nginx:2');
      await scene.untilSettled('web', 120_000);
      expect(scene.story()).toEqual([3, 2, 1, 0].flatMap((i) => replaced(`web-${i}`)));
      expect((await endedOperations(scene, 2)).map(({ status }) => status)).toEqual(['Completed', 'Completed']);
    }));

  test('the Temporal server is killed in mid-rollout, and started again on its database', () =>
    disturbed(topology.target, 'temporal-on-postgres', {
      withinMs: 180_000,
      strike: () => topology.temporal.restart(),
    }));

  test('PostgreSQL is killed in mid-rollout, and started again on its data', () =>
    disturbed(topology.target, 'postgres-killed', {
      withinMs: 180_000,
      strike: async () => {
        await topology.postgres.kill('SIGKILL');
        await topology.postgres.restart();
      },
    }));

  test('two workers roll 50 sets of 10, with one worker and the Temporal server killed in the middle: each pod is replaced once', () =>
    playOn(topology.target, 'fleet', async (scene) => {
      workers.push(await topology.startWorker());
      const names = range(0, 50).map((i) => `set-${String(i).padStart(2, '0')}`);
      const pods = names.length * 10;
      const seconds = stopwatch();
      await scene.apply(names.map((name) => quickSet(name, 'nginx:1')));
      await everySettled(scene);
      const started = seconds();
      scene.mark();
      await scene.apply(names.map((name) => quickSet(name, 'nginx:2')));
      const through = (part: number) =>
        waitUntil(
          `${part} of the pods are through`,
          () => scene.moments().filter(({ what }) => what === 'ready').length >= pods * part,
          patiently,
        );
      await through(1 / 3);
      const workerKilled = seconds();
      await workers.shift()?.kill('SIGKILL');
      await through(2 / 3);
      const temporalKilled = seconds();
      await topology.temporal.kill('SIGKILL');
      await topology.temporal.restart();
      const temporalBack = seconds();
      await everySettled(scene);
      const settled = seconds();
      process.stdout.write(
        `50 sets of 10: started in ${started} s; rolled in ${settled - started} s, ` +
          `worker killed after ${workerKilled - started} s, Temporal killed after ${temporalKilled - started} s and back after ` +
          `${temporalBack - started} s\n`,
      );
      await scene.settle();
      for (const set of names) {
        const stories = Map.groupBy(of(scene, set), ({ name }) => name);
        expect([...stories.keys()].sort()).toEqual(range(0, 10).map((i) => `${set}-${i}`));
        for (const [pod, story] of stories) expect(story.map(({ what }) => `${what} ${pod}`)).toEqual(replaced(pod));
      }
      const runs = await runsOf(topology.target, scene.namespace);
      expect(runs.map(({ status }) => status)).not.toContain('Failed');
      for (const set of names) expect(overlapping(runs.filter(({ id }) => id.includes(`/${set}/`)))).toEqual([]);
    }));
});

/** Looking costs time that the machine needs: 50 sets are many events. */
const patiently = { timeoutMs: 900_000, everyMs: 500 };

/** Waits until all sets of the scene have settled on what was applied last. */
function everySettled({ api, namespace }: Scene): Promise<unknown> {
  return waitUntil(
    'all sets have settled',
    async () => {
      const { items } = await api.call<{ readonly items: readonly StatefulSet[] }>(
        'GET',
        `/apis/apps/v1/namespaces/${namespace}/statefulsets`,
      );
      return items.every(hasSettled);
    },
    patiently,
  );
}

const quickSet = (name: string, image: string): Manifest =>
  aSet(name, { terminationGracePeriodSeconds: 1 }, image, { replicas: 10 });

/** Whole seconds since now. */
function stopwatch(): () => number {
  const began = Date.now();
  return () => Math.round((Date.now() - began) / 1000);
}
