import { nameCondition } from '../model/blocking.ts';
import type { SetKey } from '../model/objects.ts';
import type { Waiting } from '../model/waiting.ts';
import { slotWaiting } from '../model/waiting.ts';
import { type PlannedStep, plannedWork } from './planned-work.ts';
import type { SetLook } from './set-view.ts';
import { remedies } from './remedies.ts';
import { type Phase, summarize } from './summary.ts';

/** Why a set is as it is. */
export interface Explanation {
  readonly phase: Phase;
  readonly message: string;
  /** What holds it up, the first that counts. */
  readonly waiting?: Waiting;
  /** Everything that is not as it should be, by ordinal. */
  readonly troubles: readonly Waiting[];
  /** What comes next, in order. */
  readonly next: readonly PlannedStep[];
  /** What lets it go on, each a sentence with the command. */
  readonly remedies: readonly string[];
}

export function explain(look: SetLook): Explanation {
  const { plan } = look;
  const { phase, message, waiting, flavour, namespace, name } = summarize(look);
  const unwell = [...plan.slots.replicas, ...plan.slots.condemned].filter(
    ({ state }) => state !== 'settled' && state !== 'outdated' && state !== 'missing',
  );
  const troubles = unwell.map((slot) => slotWaiting(slot, plan.desired, plan.at));
  return {
    phase,
    message,
    ...(waiting && { waiting }),
    troubles,
    next: plannedWork(look).steps.slice(0, 10),
    remedies: remediesFor({ flavour, namespace, name }, phase, waiting, look.view.revisions.length > 1),
  };
}

function remediesFor(
  { flavour, namespace, name }: SetKey,
  phase: Phase,
  waiting: Waiting | undefined,
  hasFormer: boolean,
): string[] {
  const at = `${name} -n ${namespace}`;
  if (phase === 'Paused') return [`resume it: ordinal resume ${at}`];
  if (phase === 'Aborted')
    return [
      `lift the abort: ordinal retry ${at}`,
      ...(hasFormer ? [`or go back: ordinal undo ${at}, then ordinal retry ${at}`] : []),
    ];
  if (phase === 'Pending') {
    return [
      `see that the workers serve it, all of a cluster with the same --resource: ordinal worker --resource ${flavour}`,
    ];
  }
  if (phase !== 'Stuck' || waiting === undefined) return [];
  const undo = `or go back to the revision before: ordinal undo ${at}`;
  // No revision of the set gives it its name.
  const canGoBack = hasFormer && waiting.reason !== nameCondition;
  return [remedies[waiting.reason].replaceAll('AT', at), ...(canGoBack ? [undo] : [])];
}
