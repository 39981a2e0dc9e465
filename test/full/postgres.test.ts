import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { operations, runsOf } from '../support/history.ts';
import { replaced } from '../support/ordinals.ts';
import { playOn } from '../support/scenario.ts';
import { slowSet } from '../outages/disturbed.ts';
import { postgresPrograms } from './postgres/postgres-programs.ts';
import { composeValue, startTopology, type Topology } from './postgres/topology.ts';

const programs = postgresPrograms();
if (programs === undefined) console.warn('skipped: no PostgreSQL here (Debian: apt-get install postgresql)');

describe.skipIf(programs === undefined)('the topology of docker-compose.yml, without containers', () => {
  let topology: Topology;

  beforeAll(async () => {
    topology = await startTopology(programs ?? '');
    await topology.startWorker();
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
      await expect
        .poll(async () => operations(await runsOf(topology.target, scene.namespace)).map(({ status }) => status))
        .toEqual(['Completed', 'Completed']);
    }));
});
