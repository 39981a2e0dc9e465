import { podName, revisionOf } from '../identity.ts';
import { aCondition, epoch } from '../objects.fixture.ts';
import type {
  Claim,
  Condition,
  ControllerRevision,
  NewClaim,
  NewControllerRevision,
  NewPod,
  Pod,
  PodStatus,
  StatefulSet,
} from '../objects.ts';
import type { Random } from './random.ts';

export interface Kinds {
  readonly sets: StatefulSet;
  readonly pods: Pod;
  readonly claims: Claim;
  readonly revisions: ControllerRevision;
}
export type Kind = keyof Kinds;
export type Stored = Kinds[Kind];

export interface ClusterEvent {
  readonly version: number;
  readonly kind: Kind;
  readonly name: string;
  /** Undefined: the object is gone. */
  readonly object: Stored | undefined;
}

/** How pods behave, by the word before the colon of their image. */
type Behaviour = 'good' | 'bad' | 'mute' | 'crash';

interface Life {
  readonly behaviour: Behaviour;
  readonly readyAt: number;
  /** Unready until then, though it was Ready: a failing probe, or a node that does not answer. */
  unreadyUntil: number;
  nodeLostUntil: number;
  goneAt: number;
}

/** The API server, the kubelets and the garbage collector of a cluster that holds one set. Time moves by `tick`, a second each. */
export class Cluster {
  readonly events: ClusterEvent[] = [];
  readonly #objects = new Map<string, Stored>();
  readonly #lives = new Map<string, Life>();
  readonly #random: Random;
  #uids = 0;
  now = epoch;

  constructor(set: StatefulSet, random: Random) {
    this.#random = random;
    this.#put('sets', set);
  }

  get version(): number {
    return this.events.length;
  }

  get set(): StatefulSet {
    const set = this.find('sets', 'web');
    if (set === undefined) throw new Error('the set is gone');
    return set;
  }

  get pods(): readonly Pod[] {
    return [...this.#objects].flatMap(([key, object]) => (key.startsWith('pods/') ? [object as Pod] : []));
  }

  get revisions(): readonly ControllerRevision[] {
    return [...this.#objects].flatMap(([key, object]) =>
      key.startsWith('revisions/') ? [object as ControllerRevision] : [],
    );
  }

  /** The images of all revisions. */
  revisionsKept(): readonly string[] {
    return this.revisions.map(({ data }) => data.spec.template.spec.containers?.[0]?.image ?? '');
  }

  find<K extends Kind>(kind: K, name: string): Kinds[K] | undefined {
    return this.#objects.get(`${kind}/${name}`) as Kinds[K] | undefined;
  }

  /** Undefined: the name is taken. */
  create<K extends 'pods' | 'claims' | 'revisions'>(
    kind: K,
    object: K extends 'pods' ? NewPod : K extends 'claims' ? NewClaim : NewControllerRevision,
  ): Kinds[K] | undefined {
    const { name } = object.metadata;
    if (this.find(kind, name) !== undefined) return undefined;
    const uid = `uid-${(this.#uids += 1)}`;
    const stored = { ...object, metadata: { ...object.metadata, uid, creationTimestamp: this.#time() } };
    if (kind !== 'pods') return this.#put(kind, stored as unknown as Kinds[K]);
    const pod = object as NewPod;
    const [behaviour = 'good'] = (pod.spec.containers?.[0]?.image ?? '').split(':') as Behaviour[];
    const slow = this.#random.chance(0.1);
    const readyAt = this.now + 1000 * (1 + this.#random.below(slow ? 30 : 4));
    this.#lives.set(uid, { behaviour, readyAt, unreadyUntil: 0, nodeLostUntil: 0, goneAt: 0 });
    return this.#put(kind, { ...stored, status: { phase: 'Pending' } } as unknown as Kinds[K]);
  }

  /** Marks the pod for deletion, if it still is the one of that uid and version: `undefined` when not. */
  deletePod(name: string, preconditions?: { readonly uid: string; readonly resourceVersion: string }): Pod | undefined {
    const pod = this.find('pods', name);
    if (pod === undefined) return undefined;
    const { uid, resourceVersion } = pod.metadata;
    if (preconditions !== undefined && (preconditions.uid !== uid || preconditions.resourceVersion !== resourceVersion))
      return undefined;
    if (pod.metadata.deletionTimestamp !== undefined) return pod;
    const life = this.#lifeOf(pod);
    life.goneAt = this.now + 1000 * this.#random.below(4);
    return this.#put('pods', { ...pod, metadata: { ...pod.metadata, deletionTimestamp: this.#time() } });
  }

  dropRevision(name: string): void {
    this.#remove('revisions', name);
  }

  /** A write to the set; the generation moves when its spec does. */
  editSet(edit: (set: StatefulSet) => StatefulSet): StatefulSet {
    const before = this.set;
    const after = edit(before);
    const changed = JSON.stringify(before.spec) !== JSON.stringify(after.spec);
    const generation = (before.metadata.generation ?? 0) + (changed ? 1 : 0);
    return this.#put('sets', { ...after, metadata: { ...after.metadata, generation } });
  }

  bumpRevision(name: string, revision: number): void {
    const found = this.find('revisions', name);
    if (found !== undefined) this.#put('revisions', { ...found, revision });
  }

  /** Whatever may befall a pod from outside. */
  flap(name: string, seconds: number): void {
    const pod = this.find('pods', name);
    if (pod !== undefined) this.#lifeOf(pod).unreadyUntil = this.now + seconds * 1000;
  }

  loseNode(name: string, seconds: number): void {
    const pod = this.find('pods', name);
    if (pod !== undefined) this.#lifeOf(pod).nodeLostUntil = this.now + seconds * 1000;
  }

  fail(name: string): void {
    const pod = this.find('pods', name);
    if (pod === undefined) return;
    const conditions = this.#conditions(pod, 'False');
    this.#put('pods', { ...pod, status: { ...pod.status, phase: 'Failed', conditions } });
  }

  tick(): void {
    this.now += 1000;
    for (const pod of this.pods) {
      const life = this.#lifeOf(pod);
      const isLost = this.now < life.nodeLostUntil;
      if (pod.metadata.deletionTimestamp !== undefined && !isLost && this.now >= life.goneAt) {
        this.#remove('pods', pod.metadata.name);
        continue;
      }
      if (pod.status?.phase === 'Failed' || pod.status?.phase === 'Succeeded') continue;
      const status = this.#statusOf(pod, life, isLost);
      if (JSON.stringify(status) !== JSON.stringify(pod.status)) this.#put('pods', { ...pod, status });
    }
  }

  #statusOf(pod: Pod, life: Life, isLost: boolean): PodStatus {
    const isUp = life.behaviour === 'good' || life.behaviour === 'crash';
    const wasReady = pod.status?.conditions?.some(({ type }) => type === 'Ready') === true;
    if (isLost) return { ...pod.status, phase: 'Running', conditions: this.#conditions(pod, 'Unknown') };
    if (life.behaviour === 'bad') {
      const waiting = { reason: 'ImagePullBackOff', message: 'no such image' };
      const containerStatuses = [{ name: 'web', ready: false, state: { waiting } }];
      return { phase: 'Pending', conditions: this.#conditions(pod, 'False'), containerStatuses };
    }
    if (this.now < life.readyAt) return { phase: 'Pending', conditions: this.#conditions(pod, 'False') };
    if (life.behaviour === 'crash' && this.now >= life.readyAt + 4000) {
      const state = { waiting: { reason: 'CrashLoopBackOff', message: 'back-off' } };
      const containerStatuses = [{ name: 'web', ready: false, restartCount: 3, state }];
      return { phase: 'Running', conditions: this.#conditions(pod, 'False'), containerStatuses };
    }
    const isReady = isUp && (this.now >= life.unreadyUntil || !wasReady);
    const containerStatuses = [{ name: 'web', ready: isReady, state: { running: {} } }];
    return { phase: 'Running', conditions: this.#conditions(pod, isReady ? 'True' : 'False'), containerStatuses };
  }

  #conditions(pod: Pod, ready: Condition['status']): readonly Condition[] {
    const last = pod.status?.conditions?.find(({ type }) => type === 'Ready');
    if (last?.status === ready) return pod.status?.conditions ?? [];
    const born = Date.parse(pod.metadata.creationTimestamp ?? '');
    const since = last === undefined && ready === 'False' ? born : this.now;
    return [aCondition('Ready', ready, (since - epoch) / 1000)];
  }

  #lifeOf(pod: Pod): Life {
    const life = this.#lives.get(pod.metadata.uid);
    if (life === undefined) throw new Error(`pod ${pod.metadata.name} has no life`);
    return life;
  }

  #put<K extends Kind>(kind: K, object: Kinds[K]): Kinds[K] {
    const version = this.events.length + 1;
    const stored = { ...object, metadata: { ...object.metadata, resourceVersion: String(version) } };
    const { name } = object.metadata;
    this.#objects.set(`${kind}/${name}`, stored);
    this.events.push({ version, kind, name, object: stored });
    return stored;
  }

  #remove(kind: Kind, name: string): void {
    if (!this.#objects.delete(`${kind}/${name}`)) return;
    this.events.push({ version: this.events.length + 1, kind, name, object: undefined });
  }

  #time(): string {
    return new Date(this.now).toISOString();
  }
}

/** For messages: every pod with its revision, and what is the matter with it. */
export function describePods(cluster: Cluster): string {
  const told = [...cluster.pods].map((pod) => {
    const ready = pod.status?.conditions?.[0]?.status ?? '-';
    const going = pod.metadata.deletionTimestamp === undefined ? '' : ' going';
    return `${pod.metadata.name}@${revisionOf(pod)?.slice(-4)} ${pod.spec.containers?.[0]?.image} ${pod.status?.phase} Ready=${ready}${going}`;
  });
  return [...told.sort(), `set: ${JSON.stringify(cluster.set.spec)}`, `e.g. ${podName(cluster.set, 0)}`].join('\n');
}
