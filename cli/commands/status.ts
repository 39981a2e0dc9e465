import { setsOf } from '../../kube/resources.ts';
import { blockedBy } from '../../model/blocking.ts';
import { desiredOf } from '../../model/desired.ts';
import type { StatefulSet } from '../../model/objects.ts';
import { followOne } from '../../client/follow-one.ts';
import { longTimer } from '../../client/long-timer.ts';
import { orAborted } from '../../client/or-aborted.ts';
import type { Console } from '../console.ts';
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
  { client, console, namespace, set: find }: Session,
  [name = '']: readonly string[],
  flags: Flags,
): Promise<ExitCode> {
  let last = 'the API server has not told anything of it yet';
  const tell = (set: StatefulSet): boolean => {
    const { text, done } = rolloutToken(set);
    if (text !== last) console.out((last = text));
    return done;
  };
  const ending = new AbortController();
  const fail = (error: CommandError): void => ending.abort(error);
  let stopStuck: (() => void) | undefined;
  const stop =
    flags.timeout !== undefined && flags.timeout > 0
      ? longTimer(
          () => fail(new CommandError(exitCodes.timeout, `timed out: statefulset "${name}": ${last}`)),
          flags.timeout,
        )
      : undefined;
  try {
    const { key, set: first } = await orAborted(find(name).located(), ending.signal);
    if (!flags.watch) return lookOnce(name, namespace, first, tell, console);
    const watched = followOne(client.kube, setsOf(key.flavour), first, ending.signal);
    let held: string | undefined;
    for await (const set of watched) {
      if (set === undefined) throw new CommandError(exitCodes.failed, `statefulset "${name}" is gone`);
      if (tell(set)) return exitCodes.ok;
      const hold = holdOn(name, namespace, set);
      if (hold !== undefined && hold !== held) console.err(hold);
      held = hold;
      const stuck = stalled(set);
      stopStuck?.();
      if (stuck === undefined) continue;
      const since = Date.parse(stuck.lastTransitionTime ?? '') || Date.now();
      const ms = since + (flags.stuckAfter ?? 5_000) - Date.now();
      stopStuck = longTimer(() => fail(stuckError(name, namespace, stuck)), ms);
    }
    ending.signal.throwIfAborted();
    throw new CommandError(exitCodes.failed, 'the watch has ended');
  } finally {
    stop?.();
    stopStuck?.();
  }
}

function lookOnce(
  name: string,
  namespace: string,
  set: StatefulSet,
  tell: (set: StatefulSet) => boolean,
  console: Console,
): ExitCode {
  if (tell(set)) return exitCodes.ok;
  const hold = holdOn(name, namespace, set);
  if (hold !== undefined) console.err(hold);
  const stuck = stalled(set);
  if (stuck !== undefined) throw stuckError(name, namespace, stuck);
  return exitCodes.ok;
}

type Condition = NonNullable<NonNullable<StatefulSet['status']>['conditions']>[number];

function stalled(set: StatefulSet): Condition | undefined {
  const conditions = set.status?.conditions ?? [];
  return blockedBy(set) ?? conditions.find((condition) => condition.type === 'Stalled' && condition.status === 'True');
}

function stuckError(name: string, namespace: string, { reason, message }: Condition): CommandError {
  return new CommandError(
    exitCodes.failed,
    `statefulset "${name}" is stuck: ${reason}: ${message}\nsee what helps: ordinal explain ${name} -n ${namespace}`,
  );
}

/** A hold lasts until somebody lifts it, and a deletion to the end: whoever waits is told so at once. */
function holdOn(name: string, namespace: string, set: StatefulSet): string | undefined {
  const { aborted, paused } = desiredOf(set);
  if (set.metadata.deletionTimestamp !== undefined) return `statefulset "${name}" is being deleted`;
  if (aborted) return `statefulset "${name}" is aborted; lift it: ordinal retry ${name} -n ${namespace}`;
  return paused ? `statefulset "${name}" is paused; lift it: ordinal resume ${name} -n ${namespace}` : undefined;
}
