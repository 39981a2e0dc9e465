import type { DeleteOptions } from '../../client/set-handle.ts';
import { desiredOf } from '../../model/desired.ts';
import { requestOf } from '../answer.ts';
import { CommandError, type ExitCode, exitCodes } from '../exit.ts';
import type { RequestFlags } from '../flags.ts';
import type { Session } from '../session.ts';
import { qualifiedName } from '../set-name.ts';

interface Flags extends RequestFlags {
  readonly cascade: NonNullable<DeleteOptions['cascade']>;
  readonly claims?: NonNullable<DeleteOptions['claims']>;
  readonly wait: boolean;
  readonly timeout?: number;
}

export async function remove(session: Session, [name = '']: readonly string[], flags: Flags): Promise<ExitCode> {
  const { console } = session;
  const handle = session.set(name);
  const { cascade, claims, timeout } = flags;
  const operation = await handle.delete({ ...requestOf(flags), cascade, ...(claims && { claims }) });
  const { flavour, set } = operation;
  const [kind] = qualifiedName(flavour, '').split('/');
  if (flags.dryRun === true) {
    console.out(`${kind} "${handle.name}" deleted from ${handle.namespace} namespace (server dry run)`);
    return exitCodes.ok;
  }
  console.out(
    flags.output === 'name'
      ? qualifiedName(flavour, handle.name)
      : `${kind} "${handle.name}" deleted from ${handle.namespace} namespace`,
  );
  if (!flags.wait) return exitCodes.ok;
  const showing = cascade !== 'orphan' && desiredOf(set).orderedDeletion ? showLeaving(session, operation) : undefined;
  const result = await operation.result({ ...(timeout !== undefined && timeout > 0 && { timeoutMs: timeout }) });
  showing?.abort();
  if (result.outcome !== 'timeout') return exitCodes.ok;
  throw new CommandError(exitCodes.timeout, `timed out: ${kind} "${handle.name}" still goes: ${result.message}`);
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
