import type { OperationHandle } from '../client/operation.ts';
import type { StatefulSetHandle } from '../client/set-handle.ts';
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
