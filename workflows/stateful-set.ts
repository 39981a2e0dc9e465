import {
  CancellationScope,
  type ChildWorkflowHandle,
  condition,
  continueAsNew,
  ParentClosePolicy,
  setHandler,
  startChild,
  workflowInfo,
} from '@temporalio/workflow';
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
import { searchAttributes } from './search-attributes.ts';
import { operationSummary } from './summary.ts';

/**
 * The life of one set: idle until something changes, then one operation after the other until there is nothing left to do. That it
 * runs them one at a time is what keeps two operations from working on one set.
 */
export async function statefulSet(set: SetRef): Promise<void> {
  let dirty = true;
  setHandler(changed, () => void (dirty = true), { description: 'The set, or something of it, has changed.' });

  for (;;) {
    await condition(() => dirty || workflowInfo().continueAsNewSuggested);
    if (!dirty) return continueAsNew<typeof statefulSet>(set);
    dirty = false;
    const plan = await planNext({ set, seen: {} });
    if (plan === undefined) {
      if (dirty) continue;
      return;
    }
    if (plan.operation === undefined || !(plan.canAct || plan.complete)) continue;
    const operation = await startOperation(set, plan);
    let running = true;
    const result = failed(operation.result()).finally(() => (running = false));
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
    if (workflowInfo().continueAsNewSuggested) return continueAsNew<typeof statefulSet>(set);
  }
}

function startOperation(set: SetRef, plan: NextSteps): Promise<ChildWorkflowHandle<OperationFunction>> {
  const { operation = 'rollout', uid, revision, seen } = plan;
  const input: OperationInput = { set: { ...set, uid }, operation, revision, plan, seen, done: 0 };
  return startChild<OperationFunction>(operation, {
    args: [input],
    workflowId: operationId(set, plan),
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
  });
}

type OperationFunction = (input: OperationInput) => Promise<OperationResult>;

/**
 * An operation that failed or was terminated is no reason to give up on the set: the next plan finds what it left. The failure is on
 * record in the operation's own history.
 */
async function failed(result: Promise<OperationResult>): Promise<boolean> {
  try {
    await result;
    return false;
  } catch (error) {
    if (CancellationScope.current().consideredCancelled) throw error;
    return true;
  }
}
