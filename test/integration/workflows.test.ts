import { setTimeout as sleep } from 'node:timers/promises';
import { Context } from '@temporalio/activity';
import { afterEach, expect, inject, test } from 'vitest';
import { waitUntil } from '../../sandbox/processes/wait-until.ts';
import type { NextSteps, StepResult } from '../../workflows/messages.ts';
import { isParked, kindOf, operations, overlapping } from '../support/history.ts';
import { planOf, type Played, startStubCluster, type StubCluster } from './stub-cluster.ts';

/** Waits until nothing is left to do: the operations have ended, as these say. */
async function untilDone(cluster: StubCluster, ...statuses: readonly string[]): Promise<void> {
  await waitUntil(`operations are ${statuses.join()}`, async () => {
    const found = operations(await cluster.runs()).map(({ status }) => status);
    return found.toSorted().join() === statuses.join();
  });
}

const settled: StepResult = { outcome: 'settled', wrote: {} };
let stub: StubCluster | undefined;

afterEach(() => stub?.stop());

async function start(played: Played): Promise<StubCluster> {
  stub = await startStubCluster(inject('target'), played);
  await stub.wake();
  return stub;
}

/** Ordinals that are left to do; a step takes its own away. */
function work(revision: string, ...ordinals: number[]) {
  const left = new Set(ordinals);
  return {
    plan: (): NextSteps => planOf({ revision }, ...left),
    done: (ordinal: number) => void left.delete(ordinal),
  };
}

test('an operation runs its steps in order, is completed, and the entity goes to sleep', async () => {
  const { plan, done } = work('web-a', 2, 1, 0);
  let promoted = false;
  const cluster = await start({
    plan: () => {
      const next = plan();
      return next.steps.length > 0 || promoted ? next : { ...next, operation: 'rollout', complete: true };
    },
    step: (input) => {
      for (const ordinal of input.step.ordinals) done(ordinal);
      if (input.step.ordinals.includes(0)) setTimeout(() => (promoted = true), 0);
      return Promise.resolve(settled);
    },
  });
  await untilDone(cluster, 'Completed');
  expect(cluster.calls.filter((call) => call.startsWith('settle'))).toEqual(
    [2, 1, 0].map((i) => `settle ${i} at web-a`),
  );
  expect(operations(await cluster.runs()).map(({ type }) => type)).toEqual(['rollout']);
});

test('one operation at a time: another revision supersedes the one that runs', async () => {
  let current = work('web-a', 2, 1, 0);
  let onFirst: () => void = () => undefined;
  const cluster = await start({
    plan: () => current.plan(),
    step: async ({ step }) => {
      if (step.revision === 'web-a' && step.ordinals.includes(1)) {
        current = work('web-b', 2, 1, 0);
        onFirst();
        return { outcome: 'stale', why: 'revision web-b is wanted now', wrote: {} };
      }
      for (const ordinal of step.ordinals) current.done(ordinal);
      return settled;
    },
  });
  onFirst = () => void cluster.wake();
  await untilDone(cluster, 'Completed', 'Completed');
  expect(cluster.calls.filter((call) => call.startsWith('settle'))).toEqual([
    'settle 2 at web-a',
    'settle 1 at web-a',
    ...[2, 1, 0].map((i) => `settle ${i} at web-b`),
  ]);
  const runs = await cluster.runs();
  expect(overlapping(runs)).toEqual([]);
});

test('an operation that can only wait holds no slot and no timer, and goes on when it is told', async () => {
  const { plan, done } = work('web-a', 2);
  let stuck = true;
  const cluster = await start({
    plan: () => ({ ...plan(), canAct: true }),
    step: ({ step }) => {
      if (!stuck) for (const ordinal of step.ordinals) done(ordinal);
      const waiting = { reason: 'ImagePull', message: 'no such image', stuck: true } as const;
      return Promise.resolve(stuck ? { outcome: 'stuck', waiting, wrote: {} } : settled);
    },
  });
  const kinds = async () => (await cluster.runs()).flatMap(({ events }) => events).map(kindOf);
  await waitUntil('the step has been tried', () => cluster.calls.some((call) => call.startsWith('settle')));
  await waitUntil('the operation is parked', async () => {
    const [operation] = operations(await cluster.runs());
    const last = operation?.events.at(-1);
    return kindOf(last) === 'workflowTaskCompleted' || kindOf(last) === 'upsertWorkflowSearchAttributes';
  });
  expect((await kinds()).filter((kind) => kind?.startsWith('timer'))).toEqual([]);
  const tries = cluster.calls.length;
  stuck = false;
  expect(cluster.calls.length).toBe(tries);
  await cluster.wake();
  await waitUntil('the work is done', () => cluster.calls.at(-1) === 'plan nothing');
  expect((await kinds()).filter((kind) => kind?.startsWith('timer'))).toEqual([]);
});

test('steps that are handed out ahead are shown as next until it is their turn', async () => {
  const { plan, done } = work('web-a', 3, 2, 1, 0);
  let allowed = 4;
  const cluster = await start({
    plan: () => ({ ...plan(), window: 3 }),
    step: async ({ step }) => {
      const [ordinal = 0] = step.ordinals;
      await waitUntil('its turn', () => ordinal >= allowed, { timeoutMs: 60_000 });
      done(ordinal);
      return settled;
    },
  });
  const table = async () => {
    const [operation] = operations(await cluster.runs());
    const handle = cluster.client.workflow.getHandle(operation?.id ?? '');
    const { currentDetails = '' } = await handle.query<{ currentDetails?: string }>('__temporal_workflow_metadata');
    return [...currentDetails.matchAll(/^web-(\d) +(in progress|next|settled)/gm)].map(
      ([, pod, state]) => `${pod} ${state}`,
    );
  };
  const untilTable = (...rows: readonly string[]) =>
    waitUntil(rows.join(), async () => (await table()).join() === rows.join(), { timeoutMs: 20_000 });
  await untilTable('1 next', '2 next', '3 in progress');
  allowed = 3;
  await untilTable('0 next', '1 next', '2 in progress', '3 settled');
  allowed = 0;
  await untilDone(cluster, 'Completed');
});

/** The activities that the server was asked to hand out, oldest run first. */
async function handedOut(cluster: StubCluster): Promise<readonly string[]> {
  const events = (await cluster.runs()).flatMap((run) => run.events);
  return events.flatMap(({ activityTaskScheduledEventAttributes }) => {
    const name = activityTaskScheduledEventAttributes?.activityType?.name;
    return name ? [name] : [];
  });
}

test('a plan that is made at once is no task for the server', async () => {
  const { plan, done } = work('web-a', 0);
  const cluster = await start({
    plan,
    step: (input) => {
      for (const ordinal of input.step.ordinals) done(ordinal);
      return Promise.resolve(settled);
    },
  });
  await untilDone(cluster, 'Completed');
  await waitUntil('the entity has looked again', () => cluster.calls.length === 4);
  expect(cluster.calls).toEqual(['plan rollout', 'settle 0 at web-a', 'plan nothing', 'plan nothing']);
  expect(await handedOut(cluster)).toEqual(['settlePods']);
});

test.each([
  ['fails', () => Promise.reject(new Error('the API server does not answer'))],
  ['takes too long', () => sleep(4_000, undefined, { ref: false })],
])('a plan that %s at once is made by an activity like any other', async (_, first) => {
  let asked = 0;
  const cluster = await start({
    plan: async () => {
      asked += 1;
      if (asked === 1) await first();
      return planOf({ revision: 'web-a' });
    },
    step: () => Promise.resolve(settled),
  });
  await waitUntil('the plan is made', async () => {
    const kinds = (await cluster.runs()).flatMap(({ events }) => events).map(kindOf);
    return kinds.includes('activityTaskCompleted');
  });
  expect(await handedOut(cluster)).toEqual(['planNext']);
  expect(asked).toBe(2);
});

test('a worker that stops while it plans leaves the plan to the next one', async () => {
  let asked = 0;
  const cluster = await start({
    async plan() {
      asked += 1;
      if (asked === 1) await Context.current().cancelled;
      return planOf({ revision: 'web-a' });
    },
    step: () => Promise.resolve(settled),
  });
  await waitUntil('the plan is asked for', () => asked === 1);
  await cluster.replaceWorker();
  await waitUntil('the plan is made', () => cluster.calls.includes('plan nothing'));
  await waitUntil('the entity sleeps', async () => (await cluster.runs()).every(isParked));
});

test('a set that is gone ends its workflow', async () => {
  const cluster = await start({ plan: () => undefined, step: () => Promise.resolve(settled) });
  await waitUntil('the entity has ended', async () =>
    (await cluster.runs()).some(({ status }) => status === 'Completed'),
  );
  expect(cluster.calls).toEqual(['plan nothing']);
});
