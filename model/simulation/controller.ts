import { checkedUpdate, revisionNames, truncatedHistory } from '../revisions.ts';
import { projectStatus } from '../status.ts';
import { statusInputOf } from '../status-input.ts';
import type { Cluster } from './cluster.ts';
import type { Random } from './random.ts';
import type { Referee } from './referee.ts';
import { StepRun } from './step-run.ts';
import { WorkerView } from './worker-view.ts';

export interface Faults {
  /** Events that a worker may be behind; 0: none ever is. */
  readonly lag: number;
  /** That a step dies at a turn and is tried again elsewhere, while the old attempt may live on. */
  readonly crash: number;
}

interface Batch {
  readonly queue: StepRun['input'][];
  readonly window: number;
  readonly runs: Set<StepRun>;
  halted: boolean;
}

/**
 * The entity and its operations, as one loop: plan on any worker, run the steps in order with a window of them under way, plan again when
 * one of them does not settle. Status is written on the side, by one worker.
 */
export class Controller {
  readonly #cluster: Cluster;
  readonly #random: Random;
  readonly #referee: Referee;
  readonly #faults: Faults;
  readonly #workers: readonly WorkerView[];
  readonly #zombies = new Set<StepRun>();
  #batch: Batch | undefined;
  #seen = 0;
  #parked = false;

  constructor(cluster: Cluster, random: Random, referee: Referee, faults: Faults) {
    this.#cluster = cluster;
    this.#random = random;
    this.#referee = referee;
    this.#faults = faults;
    this.#workers = [new WorkerView(cluster), new WorkerView(cluster), new WorkerView(cluster)];
  }

  /** Nothing is under way, not even an attempt that everybody has given up, and everybody has seen everything. */
  get isIdle(): boolean {
    return this.#batch === undefined && this.#zombies.size === 0 && this.#workers.every(({ lag }) => lag === 0);
  }

  /** One thing that any part of the controller does. */
  turn(): void {
    this.#watch();
    if (this.#random.chance(0.2)) this.#writeStatus();
    for (const zombie of this.#zombies) {
      if (this.#random.chance(0.5)) zombie.turn(false);
      if (zombie.outcome !== undefined) this.#zombies.delete(zombie);
    }
    if (this.#batch === undefined) this.#plan();
    else this.#run(this.#batch);
  }

  #watch(): void {
    for (const worker of this.#workers) {
      const { lag } = worker;
      if (lag > this.#faults.lag) worker.advance(lag - this.#faults.lag);
      else if (this.#random.chance(0.3)) worker.advance(this.#random.below(lag + 1));
    }
  }

  #plan(): void {
    if (this.#parked && !this.#isCalled()) return;
    this.#parked = false;
    const worker = this.#anyWorker();
    worker.advanceTo(this.#seen);
    if (this.#doChore(worker)) return;
    const { plan } = worker.look();
    if (plan.promote) this.#promote(worker);
    if (plan.steps.length === 0) {
      this.#parked = true;
      return;
    }
    const queue = plan.steps.slice(0, 64).map((step) => ({ step, ahead: [], seen: 0 }));
    this.#batch = { queue, window: plan.window, runs: new Set(), halted: false };
  }

  /** The change feed: one worker's view says that something can be done. */
  #isCalled(): boolean {
    const { plan, choice } = (this.#workers[0] ?? this.#anyWorker()).look();
    return plan.acts.size > 0 || plan.promote || choice.update.action !== 'keep';
  }

  #run(batch: Batch): void {
    while (!batch.halted && batch.runs.size < batch.window) {
      const next = batch.queue.shift();
      if (next === undefined) break;
      const ahead = [...batch.runs].map((run) => run.input.step);
      batch.runs.add(this.#attempt({ ...next, ahead, seen: this.#seen }));
    }
    const run = this.#random.pick([...batch.runs]);
    if (run !== undefined) this.#advance(batch, run);
    if (batch.runs.size > 0) return;
    this.#batch = undefined;
    this.#parked = batch.halted && this.#random.chance(0.5);
  }

  #advance(batch: Batch, run: StepRun): void {
    if (this.#random.chance(this.#faults.crash)) {
      batch.runs.delete(run);
      batch.runs.add(this.#attempt(run.input));
      if (this.#random.chance(0.5)) this.#zombies.add(run);
      return;
    }
    run.turn(this.#faults.lag === 0);
    if (run.outcome === undefined) return;
    batch.runs.delete(run);
    this.#seen = Math.max(this.#seen, run.wrote);
    if (run.outcome !== 'settled') batch.halted = true;
  }

  #attempt(input: StepRun['input']): StepRun {
    return new StepRun(this.#cluster, this.#anyWorker(), this.#referee, input);
  }

  #doChore(worker: WorkerView): boolean {
    const { view, choice } = worker.look();
    const { set } = view;
    if (set.metadata.deletionTimestamp !== undefined) return false;
    // The API server finds no fault with any template here, and has no defaults to add.
    const update =
      choice.update.action === 'check' ? checkedUpdate(view, set.spec.template, choice.update.hash) : choice.update;
    if (update.action === 'create') {
      const created = this.#cluster.create('revisions', update.revision);
      const existing = created ?? this.#cluster.find('revisions', update.name);
      if (existing !== undefined) worker.observe('revisions', existing);
      return true;
    }
    if (update.action === 'bump') {
      this.#cluster.bumpRevision(update.name, update.to);
      const bumped = this.#cluster.find('revisions', update.name);
      if (bumped !== undefined) worker.observe('revisions', bumped);
      return true;
    }
    const [old] = truncatedHistory(view, revisionNames(choice));
    if (old === undefined || worker.lag > 0) return false;
    this.#cluster.dropRevision(old.metadata.name);
    return false;
  }

  #promote(worker: WorkerView): void {
    worker.observe('sets', this.#cluster.set);
    const { plan } = worker.look();
    if (!plan.promote) return;
    const { update } = plan.revisions;
    const status = { ...this.#cluster.set.status, currentRevision: update, updateRevision: update };
    worker.observe(
      'sets',
      this.#cluster.editSet((set) => ({ ...set, status })),
    );
  }

  /** What the holder of the lease does; its write is refused when the set has moved on. */
  #writeStatus(): void {
    const [worker] = this.#workers;
    if (worker === undefined) return;
    const { view, choice, plan } = worker.look();
    const { set } = this.#cluster;
    if (view.set.metadata.resourceVersion !== set.metadata.resourceVersion) return;
    const names = revisionNames(choice);
    const input = statusInputOf(view.set, plan, choice.update.action !== 'keep');
    const status = projectStatus(view, names, input, this.#cluster.now);
    if (JSON.stringify(status) === JSON.stringify(set.status)) return;
    worker.observe(
      'sets',
      this.#cluster.editSet((former) => ({ ...former, status })),
    );
  }

  #anyWorker(): WorkerView {
    const worker = this.#random.pick(this.#workers);
    if (worker === undefined) throw new Error('no workers');
    return worker;
  }
}
