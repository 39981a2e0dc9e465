import type { Claim, ClusterView, ControllerRevision, Pod, StatefulSet } from '../objects.ts';
import { type Plan, plan } from '../plan.ts';
import { chooseRevisions, type RevisionChoice, revisionNames } from '../revisions.ts';
import { isAtStandstill, standstill } from '../standstill.ts';
import type { Cluster, Kind, Stored } from './cluster.ts';

export interface Look {
  readonly view: ClusterView;
  readonly choice: RevisionChoice;
  readonly plan: Plan;
}

/** What one worker has seen of the cluster: an older state of it, and the objects that it read or wrote itself. Never goes back. */
export class WorkerView {
  readonly #cluster: Cluster;
  readonly #known = new Map<string, { readonly version: number; readonly object: Stored | undefined }>();
  #cursor = 0;
  #changes = 0;
  #choice: { readonly key: string; readonly choice: RevisionChoice } | undefined;
  #look: (Look & { readonly changes: number; readonly now: number }) | undefined;

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
    this.advance(cluster.version);
  }

  get lag(): number {
    return this.#cluster.version - this.#cursor;
  }

  /** Takes in the next `count` events of the watch. */
  advance(count: number): void {
    const until = Math.min(this.#cursor + count, this.#cluster.version);
    for (; this.#cursor < until; this.#cursor++) {
      const event = this.#cluster.events[this.#cursor];
      if (event !== undefined) this.#take(event.kind, event.name, event.version, event.object);
    }
  }

  advanceTo(version: number): void {
    this.advance(version - this.#cursor);
  }

  observe(kind: Kind, object: Stored): void {
    this.#take(kind, object.metadata.name, Number(object.metadata.resourceVersion), object);
  }

  look(): Look {
    const { now } = this.#cluster;
    const last = this.#look;
    const isOld = last?.plan.wakeAt !== undefined && last.plan.wakeAt <= now;
    if (last?.changes === this.#changes && !isOld) return last;
    const view = this.#view();
    const choice = this.#choose(view);
    const planned = plan(view, revisionNames(choice), now);
    const isStill = isAtStandstill(view, choice);
    this.#look = { view, choice, plan: isStill ? standstill(planned) : planned, changes: this.#changes, now };
    return this.#look;
  }

  #choose(view: ClusterView): RevisionChoice {
    const { set, revisions } = view;
    const image = set.spec.template.spec.containers?.[0]?.image;
    const versions = revisions.map(({ metadata }) => `${metadata.name}@${metadata.resourceVersion}`);
    const key = [image, set.status?.currentRevision, ...versions].join(' ');
    if (this.#choice?.key !== key) this.#choice = { key, choice: chooseRevisions(view) };
    return this.#choice.choice;
  }

  #take(kind: Kind, name: string, version: number, object: Stored | undefined): void {
    const key = `${kind}/${name}`;
    if ((this.#known.get(key)?.version ?? 0) >= version) return;
    this.#known.set(key, { version, object });
    this.#changes += 1;
  }

  #view(): ClusterView {
    const pods: Pod[] = [];
    const claims = new Map<string, Claim>();
    const revisions: ControllerRevision[] = [];
    let set: StatefulSet | undefined;
    for (const [key, { object }] of this.#known) {
      if (object === undefined) continue;
      if (key.startsWith('pods/')) pods.push(object as Pod);
      else if (key.startsWith('claims/')) claims.set(object.metadata.name, object as Claim);
      else if (key.startsWith('revisions/')) revisions.push(object as ControllerRevision);
      else set = object as StatefulSet;
    }
    if (set === undefined) throw new Error('no set in view');
    return { set, pods, claims, revisions };
  }
}
