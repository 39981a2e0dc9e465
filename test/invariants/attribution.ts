import { callOf, isUnanswered, succeeded, type Call, type ControllerIdentity } from './calls.ts';
import type { Life } from './lives.ts';
import type { AuditEvent, KubeObject } from './objects.ts';

/**
 * Whose call made an object come and go. A name is used again and again, so the two logs have to be brought together: by the server's own
 * timestamps where objects carry them, so that a recorder that lags behind (its process was busy) blames nobody wrongly.
 */
export class Attribution {
  /** In the order of their arrival. */
  readonly calls: readonly Call[];
  readonly #byObject = new Map<string, Call[]>();
  readonly #creators = new Map<string, Call>();
  readonly #taken = new Set<Call>();
  readonly #deleters = new Map<string, Call | undefined>();

  constructor(audit: readonly AuditEvent[], identity: ControllerIdentity) {
    this.calls = audit
      .flatMap((event) => callOf(event, identity) ?? [])
      .sort((a, b) => a.received - b.received || a.done - b.done);
    for (const call of this.calls) {
      const key = keyOf(call.resource, call.namespace, call.name);
      const calls = this.#byObject.get(key);
      if (calls === undefined) this.#byObject.set(key, [call]);
      else calls.push(call);
    }
  }

  /** Finds the creators of these objects, which must be in the order of their creation; to be done before anything is asked. */
  attribute(resource: string, lives: readonly Life<KubeObject>[]): void {
    for (const life of lives) {
      const calls = this.#of(resource, life).filter((call) => call.verb === 'create' && mayHaveCreated(call, life));
      const free = calls.filter((call) => succeeded(call) && !this.#taken.has(call));
      const creator = (stampOf(life) === undefined ? free.at(-1) : free[0]) ?? calls.findLast(isUnanswered);
      if (creator === undefined) continue;
      this.#taken.add(creator);
      this.#creators.set(life.uid, creator);
    }
  }

  creatorOf(life: Life<KubeObject>): Call | undefined {
    return this.#creators.get(life.uid);
  }

  /**
   * The call that began the deletion. Having named the very version that was deleted is proof; else it is the first call after the object's
   * creation; else a call for the whole collection; else one that the server failed to answer.
   */
  deleterOf(resource: string, life: Life<KubeObject>): Call | undefined {
    if (!this.#deleters.has(life.uid)) this.#deleters.set(life.uid, this.#findDeleter(resource, life));
    return this.#deleters.get(life.uid);
  }

  #findDeleter(resource: string, life: Life<KubeObject>): Call | undefined {
    const { deleting } = life;
    if (deleting === undefined) return undefined;
    const born = this.creatorOf(life)?.received ?? stampOf(life) ?? life.versions[0]?.at ?? -Infinity;
    const meant = (call: Call) =>
      call.received >= born &&
      call.received <= deleting.at &&
      (call.request?.preconditions?.uid ?? life.uid) === life.uid &&
      (succeeded(call) || isUnanswered(call));
    const calls = this.#of(resource, life).filter((call) => call.verb === 'delete' && meant(call));
    const former = life.versions.findLast((version) => version.rv < deleting.rv)?.object.metadata.resourceVersion;
    return (
      calls.find((call) => succeeded(call) && (call.request?.preconditions?.resourceVersion ?? '') === former) ??
      calls.find(succeeded) ??
      this.#byObject
        .get(keyOf(resource, life.namespace, ''))
        ?.findLast((call) => call.verb === 'deletecollection' && meant(call)) ??
      calls[0]
    );
  }

  #of(resource: string, life: Life<KubeObject>): readonly Call[] {
    return this.#byObject.get(keyOf(resource, life.namespace, life.name)) ?? [];
  }
}

/** The server stamps an object, in whole seconds, between a call's arrival and its answer. */
function mayHaveCreated(call: Call, life: Life<KubeObject>): boolean {
  const stamp = stampOf(life);
  if (stamp === undefined) return call.received <= (life.versions[0]?.at ?? -Infinity);
  return call.received < stamp + 1000 && call.done >= stamp;
}

function stampOf(life: Life<KubeObject>): number | undefined {
  const stamp = life.versions[0]?.object.metadata.creationTimestamp;
  return stamp === undefined ? undefined : Date.parse(stamp);
}

function keyOf(resource: string, namespace: string, name: string): string {
  return `${resource} ${namespace}/${name}`;
}
