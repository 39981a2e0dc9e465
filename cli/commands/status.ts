import { setsOf } from '../../kube/resources.ts';
import { blockedBy } from '../../model/blocking.ts';
import { desiredOf } from '../../model/desired.ts';
import type { StatefulSet } from '../../model/objects.ts';
import { followOne } from '../../client/follow-one.ts';
import { CommandError, type ExitCode, exitCodes } from '../exit.ts';
import { rolloutToken } from '../render/rollout-tokens.ts';
import type { Session } from '../session.ts';

interface Flags {
  readonly watch: boolean;
  readonly timeout?: number;
  readonly stuckAfter?: number;
}

/** As `kubectl rollout status`, and besides it fails when the set is stuck. */
export async function status(
  { client, console, set: find }: Session,
  [name = '']: readonly string[],
  flags: Flags,
): Promise<ExitCode> {
  const { key, set: first } = await find(name).located();
  let last = '';
  const tell = (set: StatefulSet): boolean => {
    const { text, done } = rolloutToken(set);
    if (text !== last) console.out((last = text));
    return done;
  };
  if (!flags.watch) {
    if (tell(first)) return exitCodes.ok;
    const hold = holdOn(name, first);
    if (hold !== undefined) console.err(hold);
    const stuck = stalled(first);
    if (stuck !== undefined) throw stuckError(name, stuck);
    return exitCodes.ok;
  }
  const ending = new AbortController();
  let failure: CommandError | undefined;
  const fail = (error: CommandError): void => {
    failure ??= error;
    ending.abort();
  };
  let stuckTimer: NodeJS.Timeout | undefined;
  const timer =
    flags.timeout !== undefined && flags.timeout > 0
      ? setTimeout(
          () => fail(new CommandError(exitCodes.timeout, `timed out: statefulset "${name}": ${last}`)),
          flags.timeout,
        )
      : undefined;
  try {
    const watched = followOne(client.kube, setsOf(key.flavour), first, ending.signal);
    let held: string | undefined;
    for await (const set of watched) {
      if (set === undefined) throw new CommandError(exitCodes.failed, `statefulset "${name}" is gone`);
      if (tell(set)) return exitCodes.ok;
      const hold = holdOn(name, set);
      if (hold !== undefined && hold !== held) console.err(hold);
      held = hold;
      const stuck = stalled(set);
      clearTimeout(stuckTimer);
      if (stuck === undefined) continue;
      const since = Date.parse(stuck.lastTransitionTime ?? '') || Date.now();
      const ms = since + (flags.stuckAfter ?? 5_000) - Date.now();
      stuckTimer = setTimeout(() => fail(stuckError(name, stuck)), Math.max(0, ms));
    }
    throw failure ?? new CommandError(exitCodes.failed, 'the watch has ended');
  } finally {
    clearTimeout(timer);
    clearTimeout(stuckTimer);
  }
}

type Condition = NonNullable<NonNullable<StatefulSet['status']>['conditions']>[number];

function stalled(set: StatefulSet): Condition | undefined {
  const conditions = set.status?.conditions ?? [];
  return blockedBy(set) ?? conditions.find((condition) => condition.type === 'Stalled' && condition.status === 'True');
}

function stuckError(name: string, { reason, message }: Condition): CommandError {
  return new CommandError(
    exitCodes.failed,
    `statefulset "${name}" is stuck: ${reason}: ${message}\nsee what helps: ordinal explain ${name}`,
  );
}

/** A hold lasts until somebody lifts it, and a deletion to the end: whoever waits is told so at once. */
function holdOn(name: string, set: StatefulSet): string | undefined {
  const { aborted, paused } = desiredOf(set);
  if (set.metadata.deletionTimestamp !== undefined) return `statefulset "${name}" is being deleted`;
  if (aborted) return `statefulset "${name}" is aborted; lift it: ordinal retry ${name}`;
  return paused ? `statefulset "${name}" is paused; lift it: ordinal resume ${name}` : undefined;
}
