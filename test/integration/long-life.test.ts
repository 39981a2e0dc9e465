import { afterAll, beforeAll, expect, test } from 'vitest';
import { waitUntil } from '../../sandbox/processes/wait-until.ts';
import type { StepResult } from '../../workflows/messages.ts';
import { withSpec } from '../support/example.ts';
import { kindOf, operations, overlapping, runsOf, type Run } from '../support/history.ts';
import { startOwnCluster, type OwnCluster } from '../support/own-cluster.ts';
import { range, replaced } from '../support/ordinals.ts';
import { playOn } from '../support/scenario.ts';
import { planOf, startStubCluster } from './stub-cluster.ts';

/** Events after which Temporal asks a workflow to begin a new run; 4,096 unless a server is told otherwise. */
const threshold = 60;

let cluster: OwnCluster;

beforeAll(async () => {
  cluster = await startOwnCluster({ temporalSettings: [`limit.historyCount.suggestContinueAsNew=${threshold}`] });
  await cluster.startWorker();
});

afterAll(() => cluster.stop());

const continued = (runs: readonly Run[], type: string) =>
  runs.filter((run) => run.type === type && run.status === 'ContinuedAsNew');

test('a long rollout goes on in a new run, between two steps: no pod is touched twice', () =>
  playOn(cluster.target, 'long', async (scene) => {
    const replicas = 12;
    await scene.apply(withSpec(await scene.example('s06-scale'), { replicas }));
    await scene.untilSettled('web', 60_000);
    scene.mark();
    await scene.patchImage('web', 'nginx:latest');
    // The steps of one plan are one batch: a second one begins where the plan has changed.
    await scene.untilStory(8);
    await scene.kubectl(['delete', 'pod', 'web-0']);
    await scene.untilStory(30, 60_000);
    await scene.kubectl(['scale', 'statefulset', 'web', `--replicas=${replicas + 1}`]);
    await scene.untilSettled('web', 60_000);
    const runs = await runsOf(cluster.target, scene.namespace);
    expect(continued(runs, 'rollout').length).toBeGreaterThanOrEqual(1);
    expect(overlapping(runs)).toEqual([]);
    const untouched = range(1, replicas).toReversed();
    const story = scene.story().filter((moment) => !/web-(0|12)$/.test(moment));
    expect(story).toEqual(untouched.flatMap((ordinal) => replaced(`web-${ordinal}`)));
    for (const { type, events } of operations(continued(runs, 'rollout')))
      expect(events.length, `events of one run of the ${type}`).toBeLessThan(threshold * 3);
  }));

test('a set with many operations begins its own workflow anew, and stays to be found', () =>
  playOn(cluster.target, 'many', async (scene) => {
    await scene.apply(withSpec(await scene.example('s06-scale'), { replicas: 1 }));
    await scene.untilSettled('web');
    for (const replicas of [2, 1, 2, 1, 2]) {
      await scene.kubectl(['scale', 'statefulset', 'web', `--replicas=${replicas}`]);
      await scene.untilSettled('web');
    }
    const entities = async () =>
      (await runsOf(cluster.target, scene.namespace)).filter(({ type }) => type === 'statefulSet');
    // Temporal lists a run that has just begun a moment later.
    const runs = await waitUntil('the entity has begun anew', async () => {
      const found = await entities();
      const isListed = found.some(({ status }) => status === 'Running');
      return isListed && continued(found, 'statefulSet').length >= 1 && found;
    });
    expect(new Set(runs.map(({ id }) => id)).size).toBe(1);
    expect(runs.filter(({ status }) => status === 'Running')).toHaveLength(1);
    const names = runs.map(({ events }) => {
      const { indexedFields } = events[0]?.workflowExecutionStartedEventAttributes?.searchAttributes ?? {};
      return Buffer.from(indexedFields?.['OrdinalName']?.data ?? []).toString();
    });
    expect(names, 'OrdinalName of each run').toEqual(runs.map(() => '"web"'));
  }));

test('what an operation is told while it runs does not grow the history of its set, however often', async () => {
  const stuck: StepResult = {
    outcome: 'stuck',
    waiting: { reason: 'ImagePull', message: 'no such image', stuck: true },
    wrote: {},
  };
  const stub = await startStubCluster(cluster.target, {
    plan: () => planOf({ revision: 'web-a' }, 2),
    step: () => Promise.resolve(stuck),
  });
  try {
    await stub.wake();
    await waitUntil('the step was tried', () => stub.calls.some((call) => call.startsWith('settle')));
    for (let turn = 0; turn < 12; turn++) {
      const tried = stub.calls.length;
      await stub.wake();
      await waitUntil('the step was tried again', () => stub.calls.length >= tried + 2);
    }
    const runs = await stub.runs();
    const entity = runs.find(({ type }) => type === 'statefulSet');
    expect(entity?.events.map(kindOf)).not.toContain('signalExternalWorkflowExecutionInitiated');
    expect(entity?.events.length).toBeLessThan(25);
    expect(continued(runs, 'rollout').length).toBeGreaterThanOrEqual(1);
    expect(operations(runs).filter(({ status }) => status === 'Running')).toHaveLength(1);
  } finally {
    await stub.stop();
  }
});

test('an entity that was terminated begins again, and never has a second operation beside the first', async () => {
  let held = true;
  const left = new Set([2, 1]);
  const stub = await startStubCluster(cluster.target, {
    plan: () => planOf({ revision: 'web-a' }, ...left),
    step: async ({ step }) => {
      await waitUntil('the step may end', () => !held, { timeoutMs: 60_000 });
      for (const ordinal of step.ordinals) left.delete(ordinal);
      return { outcome: 'settled', wrote: {} };
    },
  });
  try {
    await stub.wake();
    await waitUntil('a step is under way', () => stub.calls.some((call) => call.startsWith('settle')));
    const [entity] = (await stub.runs()).filter(({ type }) => type === 'statefulSet');
    await stub.client.workflow.getHandle(entity?.id ?? '', entity?.runId).terminate('by a person');
    await stub.wakeEntity();
    await waitUntil('the new run was refused an operation', async () =>
      (await stub.runs()).some(({ events }) => events.map(kindOf).includes('startChildWorkflowExecutionFailed')),
    );
    held = false;
    await waitUntil('the work is done', () => stub.calls.at(-1) === 'plan nothing' && left.size === 0);
    expect(overlapping(await stub.runs())).toEqual([]);
  } finally {
    await stub.stop();
  }
});
