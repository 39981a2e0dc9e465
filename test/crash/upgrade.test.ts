import { join, dirname } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { buildChangedBundle, changedEntity, changedOperation } from '../support/changed-workflows.ts';
import { withPods } from '../support/example.ts';
import { operations, overlapping, type Run, runsOf } from '../support/history.ts';
import { range, replaced } from '../support/ordinals.ts';
import { startOwnCluster, type OwnCluster } from '../support/own-cluster.ts';
import { playOn } from '../support/scenario.ts';
import type { Scene } from '../support/scene.ts';

let cluster: OwnCluster;

beforeEach(async () => {
  cluster = await startOwnCluster();
});

afterEach(() => cluster.stop());

const apps = ['--resource', 'apps/v1', '--no-probe'];
const downwards = range(0, 6)
  .toReversed()
  .flatMap((i) => replaced(`web-${i}`));

/** The path of another build's workflow code. */
async function otherBuild(change = changedOperation): Promise<string> {
  const path = join(dirname(cluster.target.workflowBundle), 'other-bundle.js');
  await buildChangedBundle(path, change);
  return path;
}

/** An update whose fourth pod is on its way out. */
async function midRollout(scene: Scene): Promise<void> {
  const slow = { 'sandbox.ordinal.dev/ready-after': '500ms', 'sandbox.ordinal.dev/terminate-after': '500ms' };
  await scene.apply(withPods(await scene.example('s03-rolling-update'), slow));
  await scene.untilSettled('web', 60_000);
  scene.mark();
  await scene.patchImage('web', 'nginx:latest');
  await scene.until('web-4 is leaving', () => scene.story().includes('leaving web-4'));
}

const rollouts = async (scene: Scene) =>
  operations(await runsOf(cluster.target, scene.namespace)).filter(({ type }) => type === 'rollout');

/** The builds that have carried a run. */
const buildsOf = ({ events }: Run) => [
  ...new Set(events.flatMap((event) => event.workflowTaskCompletedEventAttributes?.deploymentVersion?.buildId ?? [])),
];

for (const [what, change] of [
  ['operation', changedOperation],
  ['entity', changedEntity],
] as const) {
  test(`another build that cannot replay the ${what} takes over in mid-rollout: it begins again, and touches no pod twice`, () =>
    playOn(cluster.target, 'upgrade', async (scene) => {
      const first = await cluster.startWorker();
      const workflowBundle = await otherBuild(change);
      await midRollout(scene);
      await first.kill('SIGTERM');
      await cluster.startWorker([...apps], { workflowBundle });
      await scene.untilSettled('web', 90_000);
      expect(scene.story()).toEqual(downwards);
      const failed = async () =>
        (await runsOf(cluster.target, scene.namespace))
          .filter(({ status }) => status === 'Failed')
          .map(({ type }) => type);
      // The set's own workflow sleeps through the rollout: that it cannot be replayed comes out when the rollout has ended.
      await expect
        .poll(failed, { timeout: 30_000, interval: 500 })
        .toEqual([what === 'operation' ? 'rollout' : 'statefulSet']);
      expect(overlapping(await runsOf(cluster.target, scene.namespace))).toEqual([]);
    }));
}

test('with builds that are told apart a rollout ends on the build that began it, and the next begins on the current one', () =>
  playOn(cluster.target, 'pinned', async (scene) => {
    const workflowBundle = await otherBuild();
    await cluster.startWorker([...apps, '--build-id', 'one', '--make-current']);
    await midRollout(scene);
    const second = await cluster.startWorker([...apps, '--build-id', 'two', '--make-current'], { workflowBundle });
    await expect.poll(() => second.log(), { timeout: 30_000 }).toContain('build two is now the current one of ordinal');
    await scene.untilSettled('web', 90_000);
    expect(scene.story()).toEqual(downwards);
    await scene.patchImage('web', 'nginx:alpine');
    await scene.untilSettled('web', 90_000);
    await expect
      .poll(async () => (await rollouts(scene)).map(({ status }) => status), { timeout: 30_000, interval: 500 })
      .toEqual(['Completed', 'Completed', 'Completed']);
    expect((await rollouts(scene)).map(buildsOf)).toEqual([['one'], ['one'], ['two']]);
    const entities = (await runsOf(cluster.target, scene.namespace)).filter(({ type }) => type === 'statefulSet');
    expect(entities.map(buildsOf)).toEqual([['one', 'two']]);
  }));

test('a build that is not made current says how, and gets no work until it is', () =>
  playOn(cluster.target, 'current', async (scene) => {
    const worker = await cluster.startWorker([...apps, '--build-id', 'one']);
    await expect.poll(() => worker.log(), { timeout: 30_000 }).toContain('gets no new work; make it so with:');
    const [, command = ''] = /(temporal worker deployment [^"]*)"/.exec(worker.log()) ?? [];
    await scene.apply(await scene.example('s06-scale'));
    await scene.settle();
    expect(scene.story()).toEqual([]);
    await cluster.temporal(command);
    await scene.untilSettled('web', 90_000);
  }));
