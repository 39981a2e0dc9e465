import { condition, continueAsNew, setHandler, setWorkflowOptions, workflowInfo } from '@temporalio/workflow';
import { complete, planNext } from './activities.ts';
import { changed, type NextSteps, type OperationInput, type OperationResult, type Seen } from './messages.ts';
import type { Waiting } from '../model/waiting.ts';
import { tellingItsEnd } from './operation-ended.ts';
import { Progress } from './progress.ts';
import { runSteps } from './run-steps.ts';
import { later } from './seen.ts';

/** Brings a set to its update revision, and takes changes of replicas, partition and pace in its stride. */
export async function rollout(input: OperationInput): Promise<OperationResult> {
  return operate(input);
}

/** Brings the window of ordinals to what is asked for. */
export async function scale(input: OperationInput): Promise<OperationResult> {
  return operate(input);
}

/** Gives back to a set what it has lost. */
export async function repair(input: OperationInput): Promise<OperationResult> {
  return operate(input);
}

/** Takes down the pods of a set that is being deleted, highest ordinal first, then lets the set go. */
export async function deletion(input: OperationInput): Promise<OperationResult> {
  return operate(input);
}

// With builds that are told apart an operation ends on the one that it began on; the workflow of a set moves on to the current one. To
// Temporal a behaviour that is told by a worker without a version is an error.
for (const operation of [rollout, scale, repair, deletion])
  setWorkflowOptions(() => (isVersioned() ? { versioningBehavior: 'PINNED' } : {}), operation);

function isVersioned(): boolean {
  const { buildId = '', deploymentName = '' } = workflowInfo().currentDeploymentVersion ?? {};
  return buildId !== '' && deploymentName !== '';
}

function operate(input: OperationInput): Promise<OperationResult> {
  return tellingItsEnd(input, () => work(input));
}

/** Plan, run the steps, plan again; park where there is nothing to do but wait. */
async function work(input: OperationInput): Promise<OperationResult> {
  let { seen, done } = input;
  let dirty = false;
  let stuck: Waiting | undefined;
  setHandler(changed, () => void (dirty = true), { description: 'The set, or something of it, has changed.' });
  const look = (): Promise<NextSteps | undefined> => {
    // What is signalled from here on may be news to this plan.
    dirty = false;
    return planNext({ set: input.set, seen });
  };
  let plan = input.plan ?? (await look());
  const progress = new Progress(input);

  for (;;) {
    const end = outcomeOf(input, plan);
    if (plan === undefined || end !== undefined) {
      if (plan !== undefined && end === 'completed') await finish(input, plan, seen);
      return { outcome: end ?? 'gone', done, revision: input.revision, generation: plan?.generation ?? 0 };
    }
    progress.show(plan, done, plan.waiting ?? stuck);
    const batch = await runSteps(input.set, plan, later(seen, plan.seen), progress);
    done += batch.done;
    seen = batch.seen;
    const { halted } = batch;
    // What the API server refuses is tried again and again: until something moves, that is what people should read.
    stuck = halted?.outcome === 'stuck' ? halted.waiting : batch.done > 0 ? undefined : stuck;
    const waits = halted?.outcome === 'waiting' || halted?.outcome === 'stuck';
    if (waits) progress.show({ ...plan, remaining: plan.remaining - batch.done }, done, halted.waiting);
    if (waits || plan.steps.length === 0) await condition(() => dirty);
    if (workflowInfo().continueAsNewSuggested) {
      const { plan: _, ...carried } = input;
      return continueAsNew<typeof rollout>({ ...carried, seen, done });
    }
    plan = await look();
  }
}

/** How the operation ends with this plan; undefined while it goes on. */
function outcomeOf(input: OperationInput, plan: NextSteps | undefined): OperationResult['outcome'] | undefined {
  if (plan === undefined) return 'gone';
  if (plan.operation === 'deletion' && input.operation !== 'deletion') return 'superseded';
  if (plan.revision !== input.revision) return 'superseded';
  const isRepair = input.operation === 'repair';
  if (plan.held === 'aborted' && !plan.canAct && !isRepair) return 'aborted';
  if (plan.steps.length === 0) {
    const isStuck = plan.waiting?.stuck === true;
    return isStuck || (plan.held === 'paused' && !isRepair) ? undefined : 'completed';
  }
  const isScaling = input.operation === 'scale' || input.operation === 'repair';
  return isScaling && plan.operation === 'rollout' ? 'completed' : undefined;
}

async function finish({ set, operation, revision }: OperationInput, plan: NextSteps, seen: Seen): Promise<void> {
  if (plan.complete) await complete({ set, operation, revision, seen });
}
