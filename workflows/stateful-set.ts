import {
  CancellationScope,
  type ChildWorkflowHandle,
  type ChildWorkflowOptions,
  condition,
  continueAsNew,
  metricMeter,
  ParentClosePolicy,
  setHandler,
  sleep,
  startChild,
  workflowInfo,
} from '@temporalio/workflow';
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { planNext } from './activities.ts';
import {
  changed,
  entityId,
  type NextSteps,
  operationId,
  type OperationInput,
  type OperationResult,
  type SetRef,
} from './messages.ts';
import type { Operation } from '../model/plan.ts';
import { operationMetrics } from './operation-metrics.ts';
import { searchAttributes } from './search-attributes.ts';
import { operationSummary } from './summary.ts';

/** Between two attempts to start an operation while the former one is still there, in ms. */
const longestWaitMs = 30_000;

/**
 * The life of one set: idle until something changes, then one operation after the other until there is nothing left to do. It sleeps
 * while one runs: the change feed tells the operation itself. All operations of a set have one id, so that there is never more than one,
 * also when this workflow was ended and begins again while the last one is on its way out.
 */
export async function statefulSet(set: SetRef): Promise<void> {
  let dirty = true;
  setHandler(changed, () => void (dirty = true), { description: 'The set, or something of it, has changed.' });

  let refusals = 0;
  for (;;) {
    await condition(() => dirty || workflowInfo().continueAsNewSuggested);
    // Nothing is lost: a new run begins with a look.
    if (workflowInfo().continueAsNewSuggested) return continueAsNew<typeof statefulSet>(set);
    dirty = false;
    const plan = await planNext({ set, seen: {} });
    if (plan === undefined) {
      if (dirty) continue;
      return;
    }
    if (plan.operation === undefined || !(plan.canAct || plan.complete)) continue;
    const operation = await startOperation(set, plan);
    if (operation === undefined) {
      dirty = true;
      await sleep(Math.min(2 ** refusals++ * 1_000, longestWaitMs), {
        summary: 'until the former operation has ended',
      });
      continue;
    }
    refusals = 0;
    let running = true;
    const result = watched(operation.result(), plan.operation).finally(() => (running = false));
    // Awaited below; until then a cancellation must not count as one that nobody handles.
    result.catch(() => undefined);
    while (running) {
      await condition(() => dirty || !running);
      if (!running) break;
      dirty = false;
      await operation.signal(changed).catch(() => undefined);
    }
    if (await result) await condition(() => dirty, '5s');
    dirty = true;
  }
}

/** Undefined while the operation of an entity that was ended is still on its way out. */
async function startOperation(
  set: SetRef,
  plan: NextSteps,
): Promise<ChildWorkflowHandle<OperationFunction> | undefined> {
  const { operation = 'rollout', uid, revision, seen } = plan;
  const input: OperationInput = { set: { ...set, uid }, operation, revision, plan, seen, done: 0 };
  const options: ChildWorkflowOptions = {
    workflowId: operationId(set),
    parentClosePolicy: ParentClosePolicy.REQUEST_CANCEL,
    workflowTaskTimeout: '5s',
    staticSummary: operationSummary(set, plan),
    staticDetails: `Entity: \`${entityId(set)}\``,
    memo: { flavour: set.flavour },
    typedSearchAttributes: [
      { key: searchAttributes.cluster, value: set.cluster },
      { key: searchAttributes.namespace, value: set.namespace },
      { key: searchAttributes.name, value: set.name },
      { key: searchAttributes.operation, value: operation },
      { key: searchAttributes.phase, value: 'Running' },
      { key: searchAttributes.revision, value: revision },
    ],
  };
  try {
    return await startChild<OperationFunction>(operation, { ...options, args: [input] });
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) return undefined;
    throw error;
  }
}

type OperationFunction = (input: OperationInput) => Promise<OperationResult>;

/**
 * An operation that failed or was terminated is no reason to give up on the set: the next plan finds what it left. The failure is on
 * record in the operation's own history. True when it failed; its end is counted either way.
 */
async function watched(result: Promise<OperationResult>, operation: Operation): Promise<boolean> {
  const began = Date.now();
  let outcome: OperationResult['outcome'] | 'failed' = 'failed';
  try {
    ({ outcome } = await result);
  } catch (error) {
    if (CancellationScope.current().consideredCancelled) throw error;
  }
  const seconds = (Date.now() - began) / 1_000;
  const { ended, seconds: took } = operationMetrics;
  metricMeter.createCounter(ended.name, undefined, ended.help).add(1, { operation, outcome });
  metricMeter.createHistogram(took.name, 'float', undefined, took.help).record(seconds, { operation });
  return outcome === 'failed';
}
