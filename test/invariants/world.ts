import { Attribution } from './attribution.ts';
import type { Call, ControllerIdentity } from './calls.ts';
import { Lives, versionBefore, type Life, type Version } from './lives.ts';
import type { Claim, KubeObject, Log, Pod, Revision, StatefulSet } from './objects.ts';
import { controllerOf } from './pod-state.ts';

/** The place in the log at which an event is judged. */
export interface Moment {
  /** What counts is what was so before this event. */
  readonly rv: number;
  readonly at: number;
  /** How far back the view of the one who acted may reach in what others did: the arrival of the call, less the grace. */
  readonly viewFrom: number;
}

/** Both logs, sorted out: what existed when, and who did it. */
export class World {
  readonly sets = new Lives<StatefulSet>();
  readonly pods = new Lives<Pod>();
  readonly claims = new Lives<Claim>();
  readonly revisions = new Lives<Revision>();
  readonly audit: Attribution;
  readonly #graceMs: number;

  constructor(log: Log, identity: ControllerIdentity, graceMs: number) {
    this.#graceMs = graceMs;
    this.audit = new Attribution(log.audit, identity);
    const events = log.watch
      .map((event) => ({ event, rv: Number(event.object.metadata.resourceVersion) }))
      .sort((a, b) => a.rv - b.rv);
    for (const { event } of events) this.#livesOf(event.object)?.add(event);
    this.audit.attribute('pods', this.pods.all);
    this.audit.attribute('persistentvolumeclaims', this.claims.all);
  }

  moment(event: Version<KubeObject>, call: Call | undefined): Moment {
    return { rv: event.rv, at: event.at, viewFrom: Math.min(event.at, call?.received ?? event.at) - this.#graceMs };
  }

  /** The set that controls the pod as of that version. */
  setOf(pod: Pod): Life<StatefulSet> | undefined {
    const uid = controllerOf(pod);
    return uid === undefined ? undefined : this.sets.byUid(uid);
  }

  /**
   * What the set may have looked like to the one who acted, newest first: as of the moment, and every version that was still in force
   * when his view may have been taken. Empty when the set had gone before.
   */
  views(set: Life<StatefulSet>, { rv, viewFrom }: Pick<Moment, 'rv' | 'viewFrom'>): readonly StatefulSet[] {
    const views: StatefulSet[] = [];
    let endedAt = set.gone !== undefined && set.gone.rv < rv ? set.gone.at : Infinity;
    for (const version of set.versions.toReversed()) {
      if (version.rv >= rv) continue;
      if (endedAt < viewFrom) break;
      views.push(version.object);
      endedAt = version.at;
    }
    return views;
  }

  /** Why the pod of that name went, and who made it go: its latest deletion before the event. */
  lastDeletion(key: string, rv: number): { readonly life: Life<Pod>; readonly call: Call | undefined } | undefined {
    const life = this.pods.named(key).findLast(({ deleting }) => deleting !== undefined && deleting.rv < rv);
    return life && { life, call: this.audit.deleterOf('pods', life) };
  }

  /** The pod of that name just before the event. */
  podBefore(key: string, rv: number): Pod | undefined {
    const life = this.pods.alive(key, rv);
    return life && versionBefore(life, rv)?.object;
  }

  #livesOf({ apiVersion = '', kind }: KubeObject): Lives<KubeObject> | undefined {
    if (kind === 'Pod') return this.pods;
    if (kind === 'PersistentVolumeClaim') return this.claims;
    if (kind === 'ControllerRevision') return this.revisions;
    return kind === 'StatefulSet' && /^(apps|ordinal\.dev)\/v1$/.test(apiVersion) ? this.sets : undefined;
  }
}
