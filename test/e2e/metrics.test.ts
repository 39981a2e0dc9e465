import { afterAll, beforeAll, expect, test } from 'vitest';
import { waitUntil } from '../../sandbox/processes/wait-until.ts';
import { aSet } from '../support/a-set.ts';
import { documentedMetrics } from '../support/documented-metrics.ts';
import { type OwnCluster, startOwnCluster } from '../support/own-cluster.ts';
import { playOn } from '../support/scenario.ts';
import { type Exposed, scrape } from '../support/scrape.ts';
import type { WorkerProcess } from '../support/worker-process.ts';

let cluster: OwnCluster;
let worker: WorkerProcess;

beforeAll(async () => {
  cluster = await startOwnCluster();
  worker = await cluster.serveBothFlavours();
});

afterAll(() => cluster?.stop());

/** What a sample with these labels says; undefined where there is none. */
function valueOf({ samples }: Exposed, name: string, labels: Readonly<Record<string, string>> = {}) {
  const has = (of: Readonly<Record<string, string>>) =>
    Object.entries(labels).every(([key, value]) => of[key] === value);
  return samples.find((sample) => sample.name === name && has(sample.labels))?.value;
}

test('a worker tells on one page what it does, by documented names and labels', { timeout: 240_000 }, () =>
  playOn(cluster.target, 'metrics', async (scene) => {
    const documented = await documentedMetrics();
    await scene.apply([aSet('web')]);
    await scene.untilSettled('web', 60_000);
    const until = (what: string, isSo: (page: Exposed) => boolean) =>
      waitUntil(
        what,
        async () => {
          const page = await scrape(worker.healthAddress);
          return isSo(page) && page;
        },
        { timeoutMs: 60_000 },
      );
    const done = { operation: 'rollout', outcome: 'completed' };
    const settled = await until(
      'the rollout is counted, and the set as settled',
      (page) =>
        valueOf(page, 'ordinal_operations_total', done) === 1 &&
        valueOf(page, 'ordinal_sets', { state: 'settled' }) === 1,
    );
    const replicas = scene.pods().size;
    expect(replicas).toBeGreaterThan(0);
    expect(valueOf(settled, 'ordinal_steps_total', { verb: 'settle', outcome: 'settled' })).toBeGreaterThanOrEqual(1);
    expect(valueOf(settled, 'ordinal_pod_wait_seconds_count')).toBe(replicas);
    expect(valueOf(settled, 'ordinal_operation_duration_seconds_count', { operation: 'rollout' })).toBe(1);
    const created = { verb: 'create', resource: 'pods', code: '201' };
    expect(valueOf(settled, 'ordinal_api_requests_total', created)).toBe(replicas);
    expect(valueOf(settled, 'ordinal_feed_wakes_total', { outcome: 'sent' })).toBeGreaterThanOrEqual(1);
    expect(valueOf(settled, 'ordinal_lease_held')).toBe(1);
    expect(valueOf(settled, 'ordinal_feed_lag_seconds')).toBeLessThan(60);
    expect(valueOf(settled, 'ordinal_temporal_metrics_up')).toBe(1);
    expect(settled.samples.filter(({ name }) => name === 'ordinal_set_stuck')).toEqual([]);

    await scene.patchImage('web', 'nginx:broken');
    const stuckAs = { api: 'apps/v1', set_namespace: scene.namespace, set: 'web', reason: 'ImagePull' };
    const stuck = await until('the set is told as stuck', (page) => valueOf(page, 'ordinal_set_stuck', stuckAs) === 1);
    expect(valueOf(stuck, 'ordinal_sets', { state: 'stuck' })).toBe(1);

    await waitUntil('the log has the stuck step', () => worker.log().includes('"step stuck"'), { timeoutMs: 60_000 });
    const exposed = [...stuck.types].map(([name, type]) => `${name} ${type}`);
    const known = [...documented].map(([name, { type }]) => `${name} ${type}`);
    expect(exposed.filter((metric) => !known.includes(metric))).toEqual([]);
    expect(known.filter((metric) => !metric.startsWith('temporal_') && !exposed.includes(metric))).toEqual([]);
    const common = ['namespace', 'service_name', 'taskQueue', 'workflowType', 'le'];
    for (const { name, labels } of stuck.samples) {
      const { labels: allowed = [] } = documented.get(name) ?? documented.get(name.replace(/_[a-z]+$/, '')) ?? {};
      expect(
        Object.keys(labels).filter((label) => !allowed.includes(label) && !common.includes(label)),
        name,
      ).toEqual([]);
      for (const value of Object.values(labels)) expect(value, name).not.toMatch(/^web-\d/);
    }
  }),
);

test('each log line of an activity says what it is about', () => {
  const lines = worker
    .log()
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);
  const ofActivities = lines.filter(({ sdkComponent }) => sdkComponent === 'activity');
  const steps = ofActivities.filter(({ msg }) => String(msg).startsWith('step '));
  expect(steps.length).toBeGreaterThanOrEqual(2);
  for (const line of ofActivities) {
    expect(line).toMatchObject({ set: expect.stringMatching(/^metrics-\w+\/web$/), api: 'apps/v1' });
    expect(line).toMatchObject({ workflowId: expect.stringContaining('sts/'), workflowRunId: expect.any(String) });
    expect(line).not.toHaveProperty('taskToken');
  }
  for (const line of steps)
    expect(line).toMatchObject({ verb: 'settle', ordinals: [expect.any(Number)], seconds: expect.any(Number) });
  const stuck = steps.find(({ msg }) => msg === 'step stuck');
  expect(stuck).toMatchObject({ waiting: { reason: 'ImagePull' } });
});
