import { createPod } from '../activities/create-pod.ts';
import type { Dependencies } from '../activities/dependencies.ts';
import { setsOf } from '../kube/resources.ts';
import { setKeyText } from '../kube/set-key.ts';
import { pause } from './retrying.ts';
import type { SetKey } from '../model/objects.ts';

export interface RepairOptions extends Dependencies {
  /** Asks Temporal anything. Rejects, or does not settle, when it does not answer. */
  readonly ask: () => Promise<unknown>;
  /** Whether the set is the one that has its name. */
  readonly mayServe: (key: SetKey) => Promise<boolean>;
  readonly onProblem: (problem: unknown, key?: SetKey) => void;
  readonly onOutage: (isOut: boolean) => void;
  /** Called for each pod that was created. */
  readonly onRepaired: () => void;
}

/** How often Temporal is asked whether it is there, and how long an answer may take, in ms. */
const askEveryMs = 1_000;
const answerWithinMs = 1_000;
/** Time between two rounds over all sets during an outage, in ms. */
const repairEveryMs = 100;
/** A set whose pod is refused is left alone for so long, doubled each time, in ms. */
const firstWaitMs = 500;
const longestWaitMs = 30_000;
/** So many questions without an answer are an outage. */
const outageAfter = 2;

/**
 * While Temporal cannot be reached: creates the pods that sets have lost, in order. Create only, never delete, so that it cannot collide
 * with a workflow; and a set that hosts Temporal's own database comes back.
 */
export async function runRepair(options: RepairOptions, signal: AbortSignal): Promise<void> {
  const refused: Refused = new Map();
  let unanswered = 0;
  while (!signal.aborted) {
    const wasOut = unanswered >= outageAfter;
    let answer: boolean | undefined;
    const asked = answers(options, signal).then((is) => (answer = is));
    // A pod that is back makes room for the next one: an outage is no time to wait for answers.
    for (; wasOut && answer === undefined; await pause(repairEveryMs, signal))
      await repairAll(options, refused, signal);
    unanswered = (await asked) ? 0 : unanswered + 1;
    const isOut = unanswered >= outageAfter;
    if (isOut !== wasOut) options.onOutage(isOut);
    if (!isOut) await pause(askEveryMs, signal);
  }
}

async function answers({ ask }: RepairOptions, signal: AbortSignal): Promise<boolean> {
  const unheard = pause(answerWithinMs, signal).then(() => Promise.reject(new Error('no answer')));
  try {
    await Promise.race([ask(), unheard]);
    return true;
  } catch {
    return false;
  }
}

/** Sets whose pods the API server refuses now: tried again at this time, by the stopwatch, after twice the wait. */
type Refused = Map<string, { readonly at: number; readonly waitMs: number }>;

async function repairAll(options: RepairOptions, refused: Refused, signal: AbortSignal): Promise<void> {
  for (const key of options.cache.sets()) {
    if (signal.aborted) return;
    const text = setKeyText(key);
    const former = refused.get(text);
    if (former !== undefined && former.at > options.stopwatch()) continue;
    try {
      if (await repair(options, key)) {
        refused.delete(text);
        continue;
      }
    } catch (error) {
      options.onProblem(error, key);
    }
    const waitMs = Math.min((former?.waitMs ?? firstWaitMs / 2) * 2, longestWaitMs);
    refused.set(text, { at: options.stopwatch() + waitMs, waitMs });
  }
}

/** Creates what the planner allows to be created now; the next round creates what becomes possible by that. False when it was refused. */
async function repair(options: RepairOptions, key: SetKey): Promise<boolean> {
  const { cache, client, events, planner } = options;
  const missing = (): number[] =>
    [...(planner.look(key)?.unhindered.acts ?? [])].flatMap(([ordinal, act]) => (act === 'create' ? [ordinal] : []));
  if (missing().length === 0 || !(await options.mayServe(key))) return true;
  const set = await client.find(setsOf(key.flavour), key.namespace, key.name);
  if (set === undefined || set.metadata.deletionTimestamp !== undefined) return true;
  cache.observe('sets', set);
  for (const ordinal of missing()) {
    const look = planner.look(key);
    if (look?.unhindered.acts.get(ordinal) !== 'create') continue;
    // A revision that is not written yet is nobody's to write while the workflows are away: the pod comes back as it was.
    const revision = look.choice.update.action === 'keep' ? undefined : look.choice.current;
    const result = await createPod(options, key, look, ordinal, revision);
    if (result.kind === 'refused') return false;
    if (result.kind !== 'done') continue;
    options.onRepaired();
    const message = `created pod ${key.name}-${ordinal} while Temporal could not be reached`;
    events.record(set, 'Warning', 'RepairedWithoutTemporal', message);
  }
  return true;
}
