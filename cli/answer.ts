import type { OperationHandle } from '../client/operation.ts';
import type { StatefulSetHandle } from '../client/set-handle.ts';
import { desiredOf } from '../model/desired.ts';
import type { RequestFlags } from './flags.ts';
import type { RequestOptions } from '../client/request.ts';
import { printed } from './render/output.ts';
import type { Session } from './session.ts';
import { qualifiedName } from './set-name.ts';

/** The flags of a change as the SDK takes them. */
export function requestOf({ dryRun, reason, requestId }: RequestFlags): RequestOptions {
  return {
    ...(dryRun !== undefined && { dryRun }),
    ...(reason !== undefined && { reason }),
    ...(requestId !== undefined && { id: requestId }),
  };
}

/** `answer` for what an operation has to carry out; a hold on the set, and a change of somebody else that is under way, are told on stderr. */
export async function answerChange(
  session: Session,
  handle: StatefulSetHandle,
  operation: Pick<OperationHandle, 'set' | 'flavour' | 'changed' | 'overtakes'>,
  did: string,
  flags: RequestFlags,
): Promise<void> {
  const { console } = session;
  await answer(session, handle, operation, did, flags);
  if (!operation.changed) return;
  const { paused, aborted } = desiredOf(operation.set);
  const { overtakes } = operation;
  const at = `${handle.name} -n ${handle.namespace}`;
  if (aborted) console.err(`note: it is aborted, and nothing moves until it is lifted: ordinal retry ${at}`);
  else if (paused) console.err(`note: it is paused, and changes wait until it is resumed: ordinal resume ${at}`);
  if (overtakes === undefined) return;
  const why = overtakes.reason === undefined ? '' : ` (${overtakes.reason})`;
  console.err(`note: a change of ${overtakes.by}${why} was still under way: where the two differ, yours holds`);
}

/** One line as kubectl answers (`statefulset.apps/web scaled`); the object or the name with `-o`. */
export async function answer(
  { console }: Session,
  handle: StatefulSetHandle,
  operation: Pick<OperationHandle, 'set' | 'flavour'>,
  did: string,
  flags: RequestFlags,
): Promise<void> {
  const name = qualifiedName(operation.flavour, handle.name);
  if (await printed(console, flags.output, operation.set, [name])) return;
  console.out(`${name} ${did}${flags.dryRun === true ? ' (server dry run)' : ''}`);
}
