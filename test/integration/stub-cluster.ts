import { Client, Connection } from '@temporalio/client';
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import type { Activities } from '../../activities/types.ts';
import type { NextSteps, SetRef, StepInput, StepResult } from '../../workflows/messages.ts';
import { changed, entityId, workflowTypes } from '../../workflows/messages.ts';
import { ensureSearchAttributes } from '../../install/search-attributes.ts';
import type { PayloadKeys } from '../../codec/payload-keys.ts';
import { dataConverter as converterOf } from '../../worker/data-converter.ts';
import { createSetWorkflows } from '../../worker/temporal.ts';
import { noSinks } from '../../worker/tracing/tracing.ts';
import { encryptingFailures } from '../../worker/workflow-bundle.ts';
import { type Run, statusOf } from '../support/history.ts';
import type { Target } from '../support/target.ts';

/** The workflows on a real server, with activities that a test plays. */
export interface StubCluster {
  readonly set: SetRef;
  readonly client: Client;
  /** What was asked of the activities, in order. */
  readonly calls: readonly string[];
  /** Tells the workflows that something has changed, as the change feed does. */
  wake(): Promise<void>;
  /** Tells the entity; starts it where it does not run. */
  wakeEntity(): Promise<void>;
  runs(): Promise<readonly Run[]>;
  /** Stops the worker, and starts another. */
  replaceWorker(): Promise<void>;
  stop(): Promise<void>;
}

export interface Played {
  /** What `planNext` answers. */
  plan: () => NextSteps | undefined | Promise<NextSteps | undefined>;
  /** What a step comes to. */
  step: (input: StepInput) => Promise<StepResult>;
}

Runtime.install({
  logger: new DefaultLogger('ERROR'),
  telemetryOptions: { logging: { forward: {}, filter: 'ERROR' } },
});

/** With `keys` what Temporal stores is encrypted. */
export async function startStubCluster(target: Target, played: Played, keys?: PayloadKeys): Promise<StubCluster> {
  const cluster = `stub-${Math.random().toString(36).slice(2, 8)}`;
  const set: SetRef = { cluster, flavour: 'apps/v1', namespace: cluster, name: 'web' };
  const calls: string[] = [];
  const step = (input: StepInput) => {
    calls.push(`${input.step.verb} ${input.step.ordinals.join()} at ${input.step.revision}`);
    return played.step(input);
  };
  const activities: Activities = {
    async planNext() {
      const plan = await played.plan();
      calls.push(`plan ${plan?.operation ?? 'nothing'}`);
      return plan;
    },
    settlePods: step,
    removePods: step,
    complete: (input) => {
      calls.push(`complete ${input.operation} ${input.revision}`);
      return Promise.resolve();
    },
  };
  const taskQueue = `ordinal/${cluster}`;
  const connection = await NativeConnection.connect({ address: target.temporalAddress });
  await ensureSearchAttributes(connection, target.temporalNamespace);
  const dataConverter = converterOf(keys);
  const bundle = { codePath: target.workflowBundle };
  const workflowBundle = keys === undefined ? bundle : await encryptingFailures(bundle);
  const startWorker = async () => {
    const worker = await Worker.create({
      connection,
      namespace: target.temporalNamespace,
      taskQueue,
      workflowBundle,
      dataConverter,
      activities,
      sinks: noSinks,
    });
    const running = worker.run();
    return () => {
      worker.shutdown();
      return running;
    };
  };
  let stopWorker = await startWorker();
  const ofClient = await Connection.connect({ address: target.temporalAddress });
  const client = new Client({ connection: ofClient, namespace: target.temporalNamespace, dataConverter });
  return {
    set,
    client,
    calls,
    wake: () => createSetWorkflows(client, cluster, () => true).wake(set),
    async wakeEntity() {
      await client.workflow.signalWithStart(workflowTypes.statefulSet, {
        workflowId: entityId(set),
        taskQueue,
        signal: changed,
        args: [set],
      });
    },
    async runs() {
      const runs: Run[] = [];
      for await (const { workflowId, runId, type } of client.workflow.list({
        query: `TaskQueue = '${taskQueue}'`,
      })) {
        const { events } = await client.workflow.getHandle(workflowId, runId).fetchHistory();
        runs.push({ id: workflowId, runId, type, status: statusOf(events ?? []), events: events ?? [] });
      }
      return runs;
    },
    async replaceWorker() {
      await stopWorker();
      stopWorker = await startWorker();
    },
    async stop() {
      for await (const { workflowId, runId } of client.workflow.list({
        query: `TaskQueue = '${taskQueue}' AND ExecutionStatus = 'Running'`,
      }))
        await client.workflow
          .getHandle(workflowId, runId)
          .terminate()
          .catch(() => undefined);
      await stopWorker();
      await ofClient.close();
      await connection.close();
    },
  };
}

/** A plan with one step for each ordinal, highest first. */
export function planOf(
  plan: Pick<NextSteps, 'revision'> & Partial<NextSteps>,
  ...ordinals: readonly number[]
): NextSteps {
  const { revision } = plan;
  return {
    uid: 'uid-of-the-set',
    generation: 1,
    operation: ordinals.length === 0 ? undefined : 'rollout',
    steps: ordinals.map((ordinal) => ({ verb: 'settle', ordinals: [ordinal], revision })),
    remaining: ordinals.length,
    window: 1,
    abreast: 1,
    canAct: ordinals.length > 0,
    counts: { desired: 3, ready: 3, updated: 0, available: 3 },
    complete: false,
    seen: {},
    ...plan,
  };
}
