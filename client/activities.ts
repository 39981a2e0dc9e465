/**
 * What a Temporal workflow of your own can do with sets: activities that ask for a change and wait until it is through.
 * A workflow imports types from here only; its worker registers what `createOrdinalActivities` makes.
 *
 * @module activities
 */
import { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import type { SetFlavour } from '../model/objects.ts';
import { ForbiddenError, OrdinalError, type OrdinalErrorCode } from './errors.ts';
import type { OperationHandle, ResultOptions } from './operation.ts';
import type { OrdinalClient } from './ordinal-client.ts';
import type { Outcome } from './outcome.ts';
import type { RequestOptions } from './request.ts';
import type { DeleteOptions, StatefulSetHandle } from './set-handle.ts';

/** How an activity waits. */
export interface WaitInput extends Pick<ResultOptions, 'timeoutMs' | 'stuckAfterMs'> {
  /** What becomes of the operation when the activity is cancelled. `leave` (default): it goes on; `abort`: as `OperationHandle.cancel()`. */
  readonly whenCancelled?: 'leave' | 'abort';
}

/** The set, and who asks and why. `id` is made from the workflow's run and the activity unless it is given: a retry is the same request. */
export interface SetInput extends WaitInput, Pick<RequestOptions, 'id' | 'reason' | 'requestedBy'> {
  readonly namespace: string;
  readonly name: string;
  readonly flavour?: SetFlavour;
}

/** How it ended, and which change it was. */
export type OperationEnd = Outcome & Pick<OperationHandle, 'id' | 'uid' | 'generation' | 'changed'>;

/**
 * The activities, for `proxyActivities<OrdinalActivities>`. Each resolves with how its operation ended: `stuck`, `superseded`, `aborted` and `timeout` are answers,
 * not failures. Each fails with an `ApplicationFailure` whose `type` is the `OrdinalErrorCode`, and is not tried again where that cannot help.
 * Give them a heartbeat timeout, so that another worker takes over from one that died; they send heartbeats that say how far it is.
 *
 * Templates do not go through Temporal, where they would be kept: a change of more than an image is an activity of your own, see `waitInActivity`.
 */
export interface OrdinalActivities {
  /** Rolls out an image, of the only container or of the named one. */
  rolloutStatefulSet(input: SetInput & { readonly image: string; readonly container?: string }): Promise<OperationEnd>;
  /** Makes all pods anew. */
  restartStatefulSet(input: SetInput): Promise<OperationEnd>;
  scaleStatefulSet(input: SetInput & { readonly replicas: number }): Promise<OperationEnd>;
  /** Returns to the template before, or to that of the revision. */
  undoStatefulSet(input: SetInput & { readonly toRevision?: number }): Promise<OperationEnd>;
  deleteStatefulSet(input: SetInput & Pick<DeleteOptions, 'cascade' | 'claims'>): Promise<OperationEnd>;
  /** Asks for nothing: waits until the set is as its spec asks, whoever asked. */
  awaitStatefulSet(input: SetInput): Promise<OperationEnd>;
}

/**
 * The activities of `OrdinalActivities` on the sets of a client, to be registered with a worker of yours:
 * `Worker.create({ activities: { ...createOrdinalActivities(ordinal), ...own }, ... })`. The client stays yours to close.
 */
export function createOrdinalActivities(client: OrdinalClient): OrdinalActivities {
  type Ask = (handle: StatefulSetHandle, options: RequestOptions) => Promise<OperationHandle>;
  const operate = ({ namespace, name, flavour, id, reason, requestedBy, ...wait }: SetInput, ask: Ask) =>
    failingTyped(async () => {
      const handle = client.statefulSet(namespace, name, flavour === undefined ? {} : { flavour });
      const options = {
        id: id ?? requestId(),
        ...(reason !== undefined && { reason }),
        ...(requestedBy !== undefined && { requestedBy }),
      };
      return waitInActivity(await ask(handle, options), wait);
    });
  return {
    rolloutStatefulSet: ({ image, container, ...input }) =>
      operate(input, (handle, options) =>
        handle.rollout({ image, ...(container !== undefined && { container }) }, options),
      ),
    restartStatefulSet: (input) => operate(input, (handle, options) => handle.restart(options)),
    scaleStatefulSet: ({ replicas, ...input }) => operate(input, (handle, options) => handle.scale(replicas, options)),
    undoStatefulSet: ({ toRevision, ...input }) =>
      operate(input, (handle, options) => handle.undo({ ...options, ...(toRevision !== undefined && { toRevision }) })),
    deleteStatefulSet: async ({ cascade, claims, ...input }) => {
      const begun = begunBefore();
      const { namespace, name, flavour } = input;
      if (begun !== undefined) {
        const there = await failingTyped(() => client.find({ namespace, name, ...(flavour && { flavour }) }));
        // An earlier attempt has deleted it; what is there now, if anything, is another set.
        if (there?.set.metadata.uid !== begun.uid) return { outcome: 'completed', changed: false, ...begun };
      }
      return operate(input, (handle, options) =>
        handle.delete({ ...options, ...(cascade && { cascade }), ...(claims && { claims }) }),
      );
    },
    awaitStatefulSet: (input) => operate(input, (handle) => handle.current()),
  };
}

/** What a heartbeat says. */
interface Beat {
  readonly id: string;
  readonly uid: string;
  readonly generation: number;
  readonly message?: string;
}

/**
 * Waits for an operation inside an activity of your own: with heartbeats, and until the activity is cancelled. Rejects as the activities of
 * `OrdinalActivities` do. Give the request an `id` (`requestId()`), so that a retry of the activity is the same request.
 */
export async function waitInActivity(operation: OperationHandle, input: WaitInput = {}): Promise<OperationEnd> {
  const context = Context.current();
  const { id, uid, generation, changed } = operation;
  const { timeoutMs, stuckAfterMs, whenCancelled = 'leave' } = input;
  let beat: Beat = { id, uid, generation };
  context.heartbeat(beat);
  const beating = setInterval(() => context.heartbeat(beat), (context.info.heartbeatTimeoutMs ?? 20_000) / 4);
  try {
    const outcome = await operation.result({
      signal: context.cancellationSignal,
      onProgress: ({ message }) => {
        beat = { ...beat, message };
        context.heartbeat(beat);
      },
      ...(timeoutMs !== undefined && { timeoutMs }),
      ...(stuckAfterMs !== undefined && { stuckAfterMs }),
    });
    return { ...outcome, id, uid, generation, changed };
  } catch (error) {
    // A worker that stops cancels its activities too: those go on elsewhere.
    if (whenCancelled === 'abort' && context.cancellationDetails?.cancelRequested === true) {
      await failingTyped(() => operation.cancel({ reason: 'the workflow that had asked was cancelled' }));
    }
    throw failureOf(error);
  } finally {
    clearInterval(beating);
  }
}

/** The id of a request that is the same in every attempt of the activity that this is called in. */
export function requestId(): string {
  const { workflowExecution, activityId } = Context.current().info;
  return [workflowExecution?.workflowId, workflowExecution?.runId, activityId].filter(Boolean).join('/');
}

/** What an earlier attempt of this activity had begun. */
function begunBefore(): Omit<Beat, 'message'> | undefined {
  const { id, uid, generation } = (Context.current().info.heartbeatDetails ?? {}) as Partial<Beat>;
  return id === undefined || uid === undefined || generation === undefined ? undefined : { id, uid, generation };
}

/** What asking again does not mend. */
const lasting: ReadonlySet<OrdinalErrorCode> = new Set([
  'NotFound',
  'Forbidden',
  'Invalid',
  'NoSuchRevision',
  'Configuration',
]);

async function failingTyped<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw failureOf(error);
  }
}

function failureOf(error: unknown): unknown {
  if (!(error instanceof OrdinalError)) return error;
  const { code, message } = error;
  const allowed = error instanceof ForbiddenError ? { verb: error.verb, resource: error.resource } : {};
  const nonRetryable = lasting.has(code);
  return ApplicationFailure.create({
    message,
    type: code,
    nonRetryable,
    details: [{ code, ...allowed }],
    cause: error,
  });
}

export type { OrdinalErrorCode, Outcome };
