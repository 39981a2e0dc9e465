import type { Act } from '../acts.ts';
import { controllerOf, newPod, podName } from '../identity.ts';
import { type CoveredKey, isOver, judge, type Verdict } from '../judge.ts';
import type { Step } from '../plan.ts';
import { templateOf } from '../revision-data.ts';
import type { Cluster } from './cluster.ts';
import type { Referee } from './referee.ts';
import type { Look, WorkerView } from './worker-view.ts';

export interface StepInput {
  readonly step: Step;
  readonly ahead: readonly Pick<Step, 'verb' | 'ordinals'>[];
  /** The run looks at nothing older than this. */
  readonly seen: number;
}

export type Outcome = 'settled' | 'waiting' | 'stale';

/** Turns without an act after which a step gives its slot back. */
const patience = 12;

type Pending =
  | { readonly call: 'create'; readonly ordinal: number; readonly look: Look }
  | { readonly call: 'read'; readonly ordinal: number; readonly act: 'delete' | 'remove' }
  | {
      readonly call: 'delete';
      readonly ordinal: number;
      readonly look: Look;
      readonly preconditions: { readonly uid: string; readonly resourceVersion: string };
    };

/**
 * One attempt at a step, on one worker, a call a turn, so that anything may happen between its looks and its calls. Follows the activity:
 * judges on its own view, and reads set and pod afresh before it deletes. An ordinal that it has emptied is no reason to wait for ever:
 * the step that was to go first may have ended, and only a new plan gives its work to somebody.
 */
export class StepRun {
  readonly input: StepInput;
  outcome: Outcome | undefined;
  wrote = 0;
  readonly #cluster: Cluster;
  readonly #worker: WorkerView;
  readonly #referee: Referee;
  readonly #covered: Set<CoveredKey>;
  #left: readonly number[];
  #pending: Pending | undefined;
  #quiet = 0;

  constructor(cluster: Cluster, worker: WorkerView, referee: Referee, input: StepInput) {
    this.#cluster = cluster;
    this.#worker = worker;
    this.#referee = referee;
    this.input = input;
    this.#left = input.step.ordinals;
    const work = [...input.ahead, input.step];
    this.#covered = new Set(
      work.flatMap(({ verb, ordinals }) => ordinals.map((ordinal): CoveredKey => `${verb} ${ordinal}`)),
    );
    worker.advanceTo(input.seen);
  }

  /** On a worker that is never behind, look and call are one: nothing comes between. */
  turn(isAtomic: boolean): void {
    this.#move();
    while (isAtomic && this.#pending !== undefined) this.#move();
  }

  #move(): void {
    if (this.outcome !== undefined) return;
    const pending = this.#pending;
    this.#pending = undefined;
    if (pending !== undefined) return this.#call(pending);
    const look = this.#worker.look();
    for (const { verb, ordinals } of this.input.ahead) {
      for (const ordinal of ordinals) if (isOver(look.plan, verb, ordinal)) this.#covered.delete(`${verb} ${ordinal}`);
    }
    const verdicts = this.#left.map((ordinal) => ({
      ordinal,
      verdict: judge(look.plan, this.input.step, ordinal, this.#covered),
    }));
    this.#left = verdicts.filter(({ verdict }) => verdict.kind !== 'done').map(({ ordinal }) => ordinal);
    const turns = verdicts.flatMap(({ ordinal, verdict }) =>
      verdict.kind === 'act' ? [{ ordinal, act: verdict.act }] : [],
    );
    const removals = turns
      .filter(({ act }) => act === 'delete' || act === 'remove')
      .sort((a, b) => b.ordinal - a.ordinal);
    const turn = removals[0] ?? turns[0];
    if (turn !== undefined) return this.#begin(look, turn.ordinal, turn.act);
    this.outcome = this.#endOf(verdicts.map(({ verdict }) => verdict));
  }

  #endOf(verdicts: readonly Verdict[]): Outcome | undefined {
    if (this.#left.length === 0) return 'settled';
    if (verdicts.some(({ kind }) => kind === 'stale')) return 'stale';
    this.#quiet += 1;
    return this.#quiet > patience ? 'waiting' : undefined;
  }

  #begin(look: Look, ordinal: number, act: Act): void {
    this.#quiet = 0;
    if (act === 'create') this.#pending = { call: 'create', ordinal, look };
    else if (act === 'mend') throw new Error(`nothing of pod ${ordinal} needs mending in this cluster`);
    else this.#pending = { call: 'read', ordinal, act };
  }

  #call(pending: Pending): void {
    if (pending.call === 'create') return this.#create(pending.ordinal, pending.look);
    if (pending.call === 'read') return this.#read(pending.ordinal, pending.act);
    const { ordinal, look, preconditions } = pending;
    const name = podName(look.view.set, ordinal);
    const before = this.#cluster.find('pods', name);
    const deleted = this.#cluster.deletePod(name, preconditions);
    if (before === undefined || deleted === undefined) return;
    this.#referee.deleted(before, ordinal, look.view);
    this.#worker.observe('pods', deleted);
    this.wrote = Number(deleted.metadata.resourceVersion);
  }

  #create(ordinal: number, { view, plan, choice }: Look): void {
    const { set } = view;
    const slot = plan.slots.replicas.find((replica) => replica.ordinal === ordinal);
    const revision = slot?.revision ?? choice.update.name;
    const stored = view.revisions.find(({ metadata }) => metadata.name === revision);
    const template = stored === undefined ? set.spec.template : templateOf(stored);
    if (stored === undefined && choice.update.name !== revision) return;
    const pod = this.#cluster.create('pods', newPod({ set, revision, template, ordinal }));
    if (pod === undefined) {
      const existing = this.#cluster.find('pods', podName(set, ordinal));
      if (existing !== undefined) this.#worker.observe('pods', existing);
      return;
    }
    this.#referee.created(pod, ordinal, view);
    this.#worker.observe('pods', pod);
    this.wrote = Number(pod.metadata.resourceVersion);
  }

  #read(ordinal: number, act: 'delete' | 'remove'): void {
    const { set } = this.#cluster;
    const pod = this.#cluster.find('pods', podName(set, ordinal));
    if (pod === undefined) return;
    this.#worker.observe('sets', set);
    this.#worker.observe('pods', pod);
    const look = this.#worker.look();
    if (look.plan.acts.get(ordinal) !== act || controllerOf(pod.metadata)?.uid !== set.metadata.uid) return;
    const { uid, resourceVersion } = pod.metadata;
    this.#pending = { call: 'delete', ordinal, look, preconditions: { uid, resourceVersion } };
  }
}
