import { OrdinalError } from '../../client/errors.ts';
import type { SetFlavour } from '../../model/objects.ts';
import { CommandError, exitCodes, usageError } from '../exit.ts';
import type { OutputFlag } from '../flags.ts';
import { printed } from '../render/output.ts';
import type { Session } from '../session.ts';
import { parseSetName, qualifiedName } from '../set-name.ts';

interface Flags extends OutputFlag {
  readonly to?: SetFlavour;
  readonly force?: boolean;
  readonly dryRun?: boolean;
  readonly reason?: string;
  readonly timeout?: number;
}

/** Moves a set to the other API; a repeat is no error, and finishes what was broken off. */
export async function convert(session: Session, [typed = '']: readonly string[], flags: Flags): Promise<void> {
  const { client, console, namespace } = session;
  const { name, flavour: from } = parseSetName(typed);
  const { to = from && otherThan(from), force, dryRun = false, reason, timeout } = flags;
  if (to === undefined) throw usageError(`from which API? ordinal convert sts/${name}, or osts/${name}; or say --to`);
  if (to === from) throw usageError(`${typed} is of ${to}: nothing to convert`);
  const handle = client.statefulSet(namespace, name);
  try {
    const { set, changed, notes } = await handle.convert({
      to,
      dryRun,
      ...(force !== undefined && { force }),
      ...(reason !== undefined && { reason }),
      ...(timeout !== undefined && timeout > 0 && { timeoutMs: timeout }),
      onStep: (text) => console.err(text),
    });
    for (const note of notes) console.err(`note: ${note}`);
    const qualified = qualifiedName(to, name);
    if (await printed(console, flags.output, set, [qualified])) return;
    const did = changed ? `converted to ${qualified}` : `converted already: ${qualified}`;
    console.out(`${qualifiedName(otherThan(to), name)} ${did}${dryRun ? ' (server dry run)' : ''}`);
  } catch (error) {
    if (error instanceof OrdinalError && error.code === 'Timeout')
      throw new CommandError(exitCodes.timeout, error.message);
    throw error;
  }
}

function otherThan(flavour: SetFlavour): SetFlavour {
  return flavour === 'apps/v1' ? 'ordinal.dev/v1' : 'apps/v1';
}
