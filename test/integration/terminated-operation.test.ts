import { afterEach, inject, test } from 'vitest';
import { waitUntil } from '../../sandbox/processes/wait-until.ts';
import type { NextSteps, StepResult } from '../../workflows/messages.ts';
import { operations } from '../support/history.ts';
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

test('an operation that is terminated is started again', async () => {
  const { plan, done } = work('web-a', 2, 1);
  let held = true;
  const cluster = await start({
    plan,
    step: async ({ step }) => {
      await waitUntil('the step may end', () => !held, { timeoutMs: 60_000 });
      for (const ordinal of step.ordinals) done(ordinal);
      return settled;
    },
  });
  await waitUntil('a step is under way', () => cluster.calls.some((call) => call.startsWith('settle')));
  const [operation] = operations(await cluster.runs());
  await cluster.client.workflow.getHandle(operation?.id ?? '').terminate('by a person');
  held = false;
  await cluster.wake();
  await untilDone(cluster, 'Completed', 'Terminated');
});
