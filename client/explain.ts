import type { SetKey } from '../model/objects.ts';
import type { Waiting, WaitingReason } from '../model/waiting.ts';
import { slotWaiting } from '../model/waiting.ts';
import { type PlannedStep, plannedWork } from './planned-work.ts';
import type { SetLook } from './set-view.ts';
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
    remedies: remediesFor({ flavour, namespace, name }, phase, waiting),
  };
}

function remediesFor({ flavour, namespace, name }: SetKey, phase: Phase, waiting: Waiting | undefined): string[] {
  const at = `${name} -n ${namespace}`;
  if (phase === 'Paused') return [`resume it: ordinal resume ${at}`];
  if (phase === 'Aborted')
    return [`lift the abort: ordinal retry ${at}`, `or go back: ordinal undo ${at}, then ordinal retry ${at}`];
  if (phase === 'Pending') return [`see that a worker runs: ordinal worker --resource ${flavour}`];
  if (phase !== 'Stuck' || waiting === undefined) return [];
  const remedy = remedies[waiting.reason];
  const undo = `or go back to the revision before: ordinal undo ${at}`;
  return [...(remedy === undefined ? [] : [remedy.replaceAll('AT', at)]), undo];
}

const remedies: Readonly<Partial<Record<WaitingReason, string>>> = {
  ImagePull: 'correct the image: ordinal set image AT <container>=<image>; the broken pod is then replaced by itself',
  CrashLoop: 'read the logs (kubectl logs <pod> --previous), then correct the image or its configuration',
  ConfigError: 'make the ConfigMap or Secret that the message names, or correct the template',
  Unschedulable: 'give the cluster a node that fits, or lower what the pod asks for',
  NodeLost: 'if the node is really off, set the taint node.kubernetes.io/out-of-service on it: the pod then moves',
  Failed: 'read the logs of the pod; it is replaced by itself',
  Refused: 'see to what the API server refused (quota, admission, a name that is taken); it is tried again by itself',
};
