import { podName } from '../identity.ts';
import type { ClusterView, Pod, StatefulSet } from '../objects.ts';
import type { Cluster } from './cluster.ts';

/**
 * How much the referee may expect: `exact` when workers see everything at once; `own-deeds` when nothing happens to pods but what the
 * controller does itself, though some see it late: it must count what it took down, save for broken pods, which serve nobody. But
 * nothing is read afresh before a pod is created: a worker that looks at the past may create one that is out of date, or too early.
 */
export type Strictness = 'exact' | 'own-deeds' | 'as-seen';

/** Judges every call of the simulated controller by the invariants of the design, in its own words, and remembers what broke them. */
export class Referee {
  readonly violations: string[] = [];
  calls = 0;
  /** Moves with every edit that may ask for the same pods to be replaced again. */
  episode = 0;
  readonly #cluster: Cluster;
  readonly #strictness: Strictness;
  readonly #everReady = new Set<string>();
  /** Ordinals from which the controller took a pod that might have served, and that have not been available since. */
  readonly #downByUs = new Set<number>();
  readonly #deletedByUs = new Set<string>();
  readonly #existed = new Set<number>();
  readonly #restarts = new Map<string, number>();

  constructor(cluster: Cluster, strictness: Strictness) {
    this.#cluster = cluster;
    this.#strictness = strictness;
  }

  /** To be called after every tick and every edit: takes note of pods that have become available. */
  watch(): void {
    const { set, pods, now } = this.#cluster;
    for (const pod of pods) {
      const ordinal = ordinalOf(pod);
      if (isReady(pod)) this.#everReady.add(pod.metadata.uid);
      if (isAvailable(pod, set, now)) this.#downByUs.delete(ordinal);
    }
    for (const ordinal of this.#existed) if (!wants(set, ordinal)) this.#existed.delete(ordinal);
  }

  created(pod: Pod, ordinal: number, view: ClusterView): void {
    this.calls += 1;
    const { set } = view;
    if (!wants(set, ordinal)) this.#fail(`created ${pod.metadata.name}, which the set does not want`);
    const lower = windowOf(set).filter((other) => other < ordinal);
    const waitsFor = lower.filter((other) => !this.#seemsAvailable(view, other, this.#strictness === 'exact'));
    if (isOrdered(set) && waitsFor.length > 0 && !this.#comesBack(view, ordinal))
      this.#fail(`1. created ${pod.metadata.name} while ${waitsFor.join(', ')} were not available`);
    if (typeOf(set) === 'Recreate' && !isHeld(set)) {
      const old = view.pods.filter((other) => imageOf(other) !== imageOf(pod) && ownsPod(set, other));
      if (old.length > 0) this.#fail(`SS-91. created ${pod.metadata.name} while old pods remained`);
    }
    if (wants(this.#cluster.set, ordinal)) this.#existed.add(ordinal);
  }

  deleted(pod: Pod, ordinal: number, view: ClusterView): void {
    this.calls += 1;
    const { uid, name } = pod.metadata;
    if (!ownsPod(view.set, pod)) this.#fail(`6. deleted ${name}, which is not the set's own`);
    if (!wants(view.set, ordinal)) this.#judgeScaleIn(pod, ordinal, view);
    else if (!isFailed(pod)) this.#judgeUpdate(pod, ordinal, view);
    this.#deletedByUs.add(uid);
    if (wants(view.set, ordinal) && !this.#isBroken(pod)) this.#downByUs.add(ordinal);
  }

  #isBroken(pod: Pod): boolean {
    return !this.#everReady.has(pod.metadata.uid) || imageOf(pod).startsWith('crash') || isFailed(pod);
  }

  #judgeScaleIn({ metadata }: Pod, ordinal: number, { set, pods }: ClusterView): void {
    if (!isGoing(set) && isHeld(set)) this.#fail(`removed ${metadata.name} while the set was held`);
    if (!isOrdered(set) || (typeOf(set) === 'Recreate' && !isGoing(set))) return;
    const seen = this.#strictness === 'exact' ? this.#cluster.pods : pods;
    const others = seen.filter((pod) => ownsPod(set, pod) && !wants(set, ordinalOf(pod)) && ordinalOf(pod) !== ordinal);
    const higher = others.filter((pod) => ordinalOf(pod) > ordinal);
    if (higher.length > 0) this.#fail(`2. removed ${metadata.name} while ${namesOf(higher)} existed`);
    const going = others.filter((pod) => isGoing(pod) && this.#deletedByUs.has(pod.metadata.uid));
    if (going.length > 0) this.#fail(`2. removed ${metadata.name} while ${namesOf(going)} had not gone`);
  }

  #judgeUpdate(pod: Pod, ordinal: number, view: ClusterView): void {
    const { set } = view;
    const { name, uid } = pod.metadata;
    const isWanted = imageOf(pod) === imageOf(set);
    // Where broken pods are waited for, they have no rights of their own.
    const isBroken = set.metadata.annotations?.['ordinal.dev/stuck-policy'] !== 'Wait' && this.#isBroken(pod);
    if (isWanted && ordinal >= firstUpdated(set)) this.#fail(`4. deleted ${name}, which is at the wanted revision`);
    if (isHeld(set)) this.#fail(`deleted ${name} while the set was held`);
    if (typeOf(set) === 'OnDelete') this.#fail(`SS-82. deleted ${name} under OnDelete`);
    if (ordinal < firstUpdated(set) && !isBroken) this.#fail(`3. deleted ${name} below the partition`);
    if (this.#everReady.has(uid) && imageOf(pod).startsWith('good')) {
      const key = `${ordinal} ${this.episode}`;
      const restarts = (this.#restarts.get(key) ?? 0) + 1;
      this.#restarts.set(key, restarts);
      if (restarts > 1) this.#fail(`d. restarted the good pod ${name} ${restarts} times for one revision`);
    }
    if (typeOf(set) === 'Recreate') return;
    const isDown = !isOrdered(set) && !this.#seemsAvailable(view, ordinal);
    this.#judgeTurn(pod, ordinal, view, isBroken || isDown);
  }

  /** `servesNobody`: broken, or in a `Parallel` set just not available: to replace it makes nothing worse. */
  #judgeTurn(pod: Pod, ordinal: number, view: ClusterView, servesNobody: boolean): void {
    const { set } = view;
    const { name } = pod.metadata;
    const all = windowOf(set);
    if (!servesNobody && this.#strictness === 'exact') {
      const skipped = view.pods.filter((other) => {
        const isLater = ordinalOf(other) > ordinal && wants(set, ordinalOf(other)) && ownsPod(set, other);
        return isLater && imageOf(other) !== imageOf(set) && !isGoing(other) && !isFailed(other);
      });
      if (skipped.length > 0) this.#fail(`3. updated ${name} before ${namesOf(skipped)}`);
    }
    const exists = (other: number) => view.pods.some((found) => found.metadata.name === podName(set, other));
    const down = all.filter((other) => {
      if (other === ordinal || this.#seemsAvailable(view, other)) return other === ordinal;
      return exists(other) || this.#existed.has(other);
    });
    const budget = maxUnavailableOf(set);
    if (down.length <= budget) return;
    // It served nobody: what counts is how many ordinals are on their way to something better.
    const underReplacement = down.filter((other) => {
      const found = view.pods.find(({ metadata }) => metadata.name === podName(set, other));
      return other !== ordinal && (found === undefined || isGoing(found) || imageOf(found) === imageOf(set));
    });
    const isHead = isOrdered(set) && all.find((other) => !this.#seemsAvailable(view, other)) === ordinal;
    const isFree = isHead || (!isOrdered(set) && set.apiVersion.startsWith('ordinal.dev/'));
    if (servesNobody && (isFree || underReplacement.length < budget || this.#strictness !== 'exact')) return;
    this.#fail(`3. deleted ${name} while ${down.join(', ')} were down; maxUnavailable is ${budget}`);
  }

  #comesBack(view: ClusterView, ordinal: number): boolean {
    const { set } = view;
    const flag = set.metadata.annotations?.['ordinal.dev/parallel-replace'];
    if (set.apiVersion.startsWith('ordinal.dev/') ? flag === 'false' : flag !== 'true') return false;
    if (!this.#existed.has(ordinal)) return false;
    const down = windowOf(set).filter((other) => this.#existed.has(other) && !this.#seemsAvailable(view, other));
    return down.length <= maxUnavailableOf(set);
  }

  #seemsAvailable(view: ClusterView, ordinal: number, knowsOwnDeeds = this.#strictness !== 'as-seen'): boolean {
    const { now } = this.#cluster;
    const name = podName(view.set, ordinal);
    const seen = view.pods.find((pod) => pod.metadata.name === name);
    if (seen === undefined || !isAvailable(seen, view.set, now)) return false;
    return !knowsOwnDeeds || !this.#downByUs.has(ordinal);
  }

  #fail(message: string): void {
    this.violations.push(`at ${(this.#cluster.now - Date.parse('2026-01-01T00:00:00Z')) / 1000} s: ${message}`);
  }
}

/** Ready for `minReadySeconds`, and staying. */
export function isAvailable(pod: Pod, set: StatefulSet, now: number): boolean {
  const since = pod.status?.conditions?.find(({ type }) => type === 'Ready')?.lastTransitionTime;
  const minReadyMs = (set.spec.minReadySeconds ?? 0) * 1000;
  return isReady(pod) && !isGoing(pod) && (minReadyMs === 0 || Date.parse(since ?? '') + minReadyMs < now);
}

/** A set that is being deleted wants no pod any more. */
export function windowOf({ metadata, spec }: StatefulSet): readonly number[] {
  if (metadata.deletionTimestamp !== undefined) return [];
  const start = spec.ordinals?.start ?? 0;
  return Array.from({ length: spec.replicas ?? 1 }, (_, index) => start + index);
}

export function firstUpdated({ spec }: StatefulSet): number {
  return (spec.ordinals?.start ?? 0) + (spec.updateStrategy?.rollingUpdate?.partition ?? 0);
}

export function imageOf(of: Pod | StatefulSet): string {
  const spec = 'template' in of.spec ? (of as StatefulSet).spec.template.spec : (of as Pod).spec;
  return spec.containers?.[0]?.image ?? '';
}

function maxUnavailableOf({ spec }: StatefulSet): number {
  const value = spec.updateStrategy?.rollingUpdate?.maxUnavailable ?? 1;
  if (typeof value === 'number') return value;
  return Math.max(1, Math.floor((Number.parseInt(value, 10) / 100) * (spec.replicas ?? 1)));
}

function typeOf({ spec }: StatefulSet): string {
  return spec.updateStrategy?.type ?? 'RollingUpdate';
}

function isOrdered({ spec }: StatefulSet): boolean {
  return spec.podManagementPolicy !== 'Parallel';
}

function wants(set: StatefulSet, ordinal: number): boolean {
  return windowOf(set).includes(ordinal);
}

function ownsPod(set: StatefulSet, { metadata }: Pod): boolean {
  return (
    metadata.ownerReferences?.some(({ uid, controller }) => controller === true && uid === set.metadata.uid) === true
  );
}

function isReady({ status }: Pod): boolean {
  const ready = status?.conditions?.find(({ type }) => type === 'Ready');
  return status?.phase === 'Running' && ready?.status === 'True';
}

function isFailed({ status }: Pod): boolean {
  return status?.phase === 'Failed' || status?.phase === 'Succeeded';
}

function isHeld({ metadata, spec }: StatefulSet): boolean {
  return spec.paused === true || metadata.annotations?.['ordinal.dev/abort'] !== undefined;
}

function isGoing({ metadata }: Pod | StatefulSet): boolean {
  return metadata.deletionTimestamp !== undefined;
}

function ordinalOf({ metadata }: Pod): number {
  return Number(metadata.name.slice(metadata.name.lastIndexOf('-') + 1));
}

function namesOf(pods: readonly Pod[]): string {
  return pods.map(({ metadata }) => metadata.name).join(', ');
}
