import { NativeConnection, Worker, type WorkerOptions } from '@temporalio/worker';
import proto from '@temporalio/proto';
import type { SetRef, StepInput } from '../../../../workflows/messages.ts';
import type { SideEffects } from './side-effects.ts';

/** Where the SDK hands a task's answer to its native part, which reports it to the server before it resolves. */
interface NativeWorker {
  pollWorkflowActivation(): Promise<Buffer>;
  completeWorkflowActivation(completion: Buffer): Promise<void>;
  completeActivityTask(completion: Buffer): Promise<void>;
}

/** Activities, workflow tasks and signals become side effects that are told. To be called before the first worker is made. */
export function tapTemporal(effects: SideEffects): void {
  const create = Worker.create.bind(Worker);
  Worker.create = async (options: WorkerOptions) => {
    const labels = new Map<string, string>();
    const worker = await create({ ...options, interceptors: tapped(options.interceptors, effects, labels) });
    const { nativeWorker } = worker as unknown as { readonly nativeWorker: NativeWorker };
    tapActivityResults(nativeWorker, effects, labels);
    tapWorkflowTasks(nativeWorker, effects);
    return worker;
  };
  const connect = NativeConnection.connect.bind(NativeConnection);
  NativeConnection.connect = async (options) => {
    const connection = await connect(options);
    tapSignals(connection, effects);
    return connection;
  };
}

/** `start`: before, the task is ours and nothing has been done; after, its code has run to where it first waits. */
function tapped(
  interceptors: WorkerOptions['interceptors'],
  effects: SideEffects,
  labels: Map<string, string>,
): WorkerOptions['interceptors'] {
  return {
    ...interceptors,
    activity: [
      ...(interceptors?.activity ?? []),
      ({ info }) => ({
        inbound: {
          execute(input, next) {
            const label = `${info.activityType} ${subjectOf(input.args[0])}`;
            labels.set(info.base64TaskToken, label);
            const end = effects.begin(`start ${label}`);
            const running = next(input);
            end();
            return running;
          },
        },
      }),
    ],
  };
}

function subjectOf(input: unknown): string {
  const { set, step } = input as { readonly set: SetRef; readonly step?: StepInput['step'] };
  return step === undefined ? set.name : step.ordinals.map((ordinal) => `${set.name}-${ordinal}`).join(',');
}

/** `complete`: before, there is a result; after, Temporal has it. */
function tapActivityResults(native: NativeWorker, effects: SideEffects, labels: Map<string, string>): void {
  const complete = native.completeActivityTask.bind(native);
  native.completeActivityTask = (completion) => {
    const { taskToken, result } = proto.coresdk.ActivityTaskCompletion.decodeDelimited(completion);
    const label = labels.get(Buffer.from(taskToken).toString('base64'));
    if (label === undefined) return complete(completion);
    const verb = result?.completed ? 'complete' : 'fail';
    return effects.around(`${verb} ${label}`, () => complete(completion));
  };
}

/** `decide`: what a workflow has decided is reported to Temporal. Replays decide nothing. */
function tapWorkflowTasks(native: NativeWorker, effects: SideEffects): void {
  const labels = new Map<string, string>();
  const replaying = new Set<string>();
  const poll = native.pollWorkflowActivation.bind(native);
  const complete = native.completeWorkflowActivation.bind(native);
  native.pollWorkflowActivation = async () => {
    const task = await poll();
    const { runId, jobs, isReplaying } = proto.coresdk.workflow_activation.WorkflowActivation.decode(task);
    for (const { initializeWorkflow } of jobs) {
      if (initializeWorkflow)
        labels.set(runId, `decide ${initializeWorkflow.workflowType} ${nameIn(initializeWorkflow.workflowId ?? '')}`);
    }
    if (isReplaying) replaying.add(runId);
    else replaying.delete(runId);
    return task;
  };
  native.completeWorkflowActivation = (completion) => {
    const { runId, successful } =
      proto.coresdk.workflow_completion.WorkflowActivationCompletion.decodeDelimited(completion);
    const label = labels.get(runId);
    const decides = (successful?.commands?.length ?? 0) > 0 && !replaying.has(runId);
    if (label === undefined || !decides) return complete(completion);
    return effects.around(label, () => complete(completion));
  };
}

function tapSignals({ workflowService }: NativeConnection, effects: SideEffects): void {
  const signalWithStart = workflowService.signalWithStartWorkflowExecution.bind(workflowService);
  const signal = workflowService.signalWorkflowExecution.bind(workflowService);
  Object.assign(workflowService, {
    signalWithStartWorkflowExecution: (request: Parameters<typeof signalWithStart>[0]) =>
      effects.around(`signal ${nameIn(request.workflowId ?? '')}`, () => signalWithStart(request)),
    signalWorkflowExecution: (request: Parameters<typeof signal>[0]) =>
      effects.around(`signal ${nameIn(request.workflowExecution?.workflowId ?? '')}`, () => signal(request)),
  });
}

/** The set's name in the id of one of its workflows, `sts/<cluster>/<namespace>/<name>[/...]`. */
function nameIn(workflowId: string): string {
  return workflowId.split('/')[3] ?? '';
}
