import { NotFoundError } from '../../client/errors.ts';
import { longTimer } from '../../client/long-timer.ts';
import { orAborted } from '../../client/or-aborted.ts';
import type { DeleteOptions, StatefulSetHandle } from '../../client/set-handle.ts';
import { desiredOf } from '../../model/desired.ts';
import { requestOf } from '../answer.ts';
import { CommandError, type ExitCode, exitCodes, usageError } from '../exit.ts';
import type { GlobalFlags, RequestFlags } from '../flags.ts';
import { printed } from '../render/output.ts';
import type { Session } from '../session.ts';
import { qualifiedName } from '../set-name.ts';

export interface DeleteFlags extends RequestFlags, Pick<GlobalFlags, 'namespace'> {
  readonly filename?: readonly string[];
  readonly recursive?: boolean;
  readonly ignoreNotFound?: boolean;
  readonly cascade: NonNullable<DeleteOptions['cascade']>;
  readonly claims?: NonNullable<DeleteOptions['claims']>;
  readonly wait: boolean;
  readonly timeout?: number;
}

export async function remove(session: Session, [name]: readonly string[], flags: DeleteFlags): Promise<ExitCode> {
  if ((name === undefined) === (flags.filename === undefined)) {
    throw usageError('the name of a set is wanted, or files by -f');
  }
  if (name === undefined) return (await import('./delete-files.ts')).removeFiles(session, flags);
  try {
    return await removeSet(session, session.set(name), flags);
  } catch (error) {
    if (flags.ignoreNotFound === true && error instanceof NotFoundError) return exitCodes.ok;
    throw error;
  }
}

/** Deletes one set and waits for its end where that is asked for. `follows`: something was told before. */
export async function removeSet(
  session: Session,
  handle: StatefulSetHandle,
  flags: DeleteFlags,
  follows = false,
): Promise<ExitCode> {
  const { console } = session;
  const { cascade, claims, dryRun, timeout } = flags;
  const begun = Date.now();
  const isLimited = timeout !== undefined && timeout > 0;
  const asked = handle.delete({ ...requestOf(flags), cascade, ...(claims && { claims }) });
  const operation = await (isLimited ? within(timeout, asked, handle) : asked);
  const { flavour, set } = operation;
  const [kind] = qualifiedName(flavour, '').split('/');
  const did = `${kind} "${handle.name}" deleted from ${handle.namespace} namespace`;
  if (!(await printed(console, flags.output, set, [qualifiedName(flavour, handle.name)], { follows })))
    console.out(`${did}${dryRun === true ? ' (server dry run)' : ''}`);
  if (dryRun === true) return exitCodes.ok;
  if (!flags.wait) return exitCodes.ok;
  const showing = cascade !== 'orphan' && desiredOf(set).orderedDeletion ? showLeaving(session, operation) : undefined;
  const left = isLimited ? Math.max(begun + timeout - Date.now(), 0) : undefined;
  const result = await operation.result({ ...(left !== undefined && { timeoutMs: left }) });
  showing?.abort();
  if (result.outcome !== 'timeout') return exitCodes.ok;
  throw new CommandError(exitCodes.timeout, `timed out: ${kind} "${handle.name}" still goes: ${result.message}`);
}

/** The request itself may take as long as all of it: an API server may be silent, and claims are seen to first. */
async function within<T>(ms: number, asked: Promise<T>, { namespace, name }: StatefulSetHandle): Promise<T> {
  const ending = new AbortController();
  const message = `timed out: the API server has not confirmed the deletion of statefulset "${name}"; see what there is: ordinal list -n ${namespace}`;
  const stop = longTimer(() => ending.abort(new CommandError(exitCodes.timeout, message)), ms);
  try {
    return await orAborted(asked, ending.signal);
  } finally {
    stop();
  }
}

/** A line on stderr for each pod that has gone, so that one sees the order. */
function showLeaving({ console }: Session, operation: { progress: ProgressOf }): AbortController {
  const ending = new AbortController();
  let last = '';
  const follow = async (): Promise<void> => {
    for await (const { message: line } of operation.progress({ signal: ending.signal })) {
      if (line !== last) console.err((last = line));
    }
  };
  follow().catch(() => undefined);
  return ending;
}

type ProgressOf = (options: { readonly signal: AbortSignal }) => AsyncIterable<{ readonly message: string }>;
