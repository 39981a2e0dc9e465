import type { Life } from './lives.ts';
import type { AuditEvent, DeleteRequest, KubeObject } from './objects.ts';

export type Actor = 'controller' | 'garbage-collector' | 'other';

/** A write that the API server was asked for. */
export interface Call {
  readonly id: string;
  readonly by: Actor;
  /** Who it was, for a person. */
  readonly who: string;
  readonly verb: 'create' | 'delete' | 'deletecollection';
  readonly resource: string;
  readonly namespace: string;
  /** Empty for a deletecollection. */
  readonly name: string;
  readonly code: number;
  /** ms since the epoch. */
  readonly received: number;
  readonly done: number;
  /** Undefined when the audit policy does not record bodies. */
  readonly request: DeleteRequest | undefined;
}

export interface ControllerIdentity {
  /** The controller's calls have a user agent that begins so. */
  readonly controllerAgent: string;
  /** Or are made by this user. */
  readonly controllerUser?: string | undefined;
}

/** Undefined for what is neither a creation nor a deletion, and for dry runs. An eviction is a deletion. */
export function callOf(event: AuditEvent, identity: ControllerIdentity): Call | undefined {
  if (event.stage !== undefined && event.stage !== 'ResponseComplete') return undefined;
  const { resource = '', subresource = '', namespace = '', name } = event.objectRef ?? {};
  const evicts = event.verb === 'create' && resource === 'pods' && subresource === 'eviction';
  if (subresource !== '' && !evicts) return undefined;
  const verb = evicts ? 'delete' : event.verb;
  if (verb !== 'create' && verb !== 'delete' && verb !== 'deletecollection') return undefined;
  const body = event.requestObject;
  const request = evicts ? (body?.deleteOptions ?? (body && {})) : body;
  if (event.requestURI?.includes('dryRun=') === true || (request?.dryRun ?? []).length > 0) return undefined;
  const bodiless = event.level === 'Request' || event.level === 'RequestResponse' ? {} : undefined;
  const received = Date.parse(event.requestReceivedTimestamp);
  const agent = event.userAgent ?? '';
  const user = event.user?.username ?? '';
  return {
    id: event.auditID,
    by: actorOf(agent, user, identity),
    who: `${user} (${agent})`,
    verb,
    resource,
    namespace,
    name: name ?? body?.metadata?.name ?? '',
    code: event.responseStatus?.code ?? 0,
    received,
    done: Date.parse(event.stageTimestamp ?? event.requestReceivedTimestamp),
    request: request ?? bodiless,
  };
}

function actorOf(agent: string, user: string, { controllerAgent, controllerUser }: ControllerIdentity): Actor {
  if (controllerAgent !== '' && agent.startsWith(controllerAgent)) return 'controller';
  if (controllerUser !== undefined && user === controllerUser) return 'controller';
  return /generic-garbage-collector/.test(`${agent} ${user}`) ? 'garbage-collector' : 'other';
}

/** The calls of the audit log, and which of them made an object come and go. */
export class Calls {
  readonly all: readonly Call[];
  readonly #byObject = new Map<string, Call[]>();
  readonly #deleters = new Map<string, Call | undefined>();

  constructor(audit: readonly AuditEvent[], identity: ControllerIdentity) {
    this.all = audit
      .flatMap((event) => callOf(event, identity) ?? [])
      .sort((a, b) => a.received - b.received || a.done - b.done);
    for (const call of this.all) {
      const key = keyOf(call.resource, call.namespace, call.name);
      const calls = this.#byObject.get(key);
      if (calls === undefined) this.#byObject.set(key, [call]);
      else calls.push(call);
    }
  }

  /** The call that created the object: the last one before it appeared. */
  creatorOf(resource: string, life: Life<KubeObject>): Call | undefined {
    const born = life.versions[0]?.at ?? -Infinity;
    const calls = this.#of(resource, life).filter((call) => call.verb === 'create' && call.received <= born);
    return calls.findLast(succeeded) ?? calls.findLast(isUnanswered);
  }

  /**
   * The call that began the deletion. A precondition is proof; else the first call after the object's creation; else a call for the whole
   * collection; else one that the server failed to answer, and that may have worked all the same.
   */
  deleterOf(resource: string, life: Life<KubeObject>): Call | undefined {
    if (!this.#deleters.has(life.uid)) this.#deleters.set(life.uid, this.#findDeleter(resource, life));
    return this.#deleters.get(life.uid);
  }

  #findDeleter(resource: string, life: Life<KubeObject>): Call | undefined {
    const { deleting } = life;
    if (deleting === undefined) return undefined;
    const born = this.creatorOf(resource, life)?.received ?? life.versions[0]?.at ?? -Infinity;
    const inTime = (call: Call) => call.received >= born && call.received <= deleting.at;
    const meant = (call: Call) => (call.request?.preconditions?.uid ?? life.uid) === life.uid;
    const mayHaveWorked = (call: Call) => succeeded(call) || isUnanswered(call);
    const calls = this.#of(resource, life).filter(
      (call) => call.verb === 'delete' && inTime(call) && meant(call) && mayHaveWorked(call),
    );
    const former = life.versions.findLast((version) => version.rv < deleting.rv)?.object.metadata.resourceVersion;
    return (
      calls.find((call) => succeeded(call) && (call.request?.preconditions?.resourceVersion ?? '') === former) ??
      calls.find(succeeded) ??
      this.#byObject
        .get(keyOf(resource, life.namespace, ''))
        ?.findLast((call) => call.verb === 'deletecollection' && inTime(call) && mayHaveWorked(call)) ??
      calls[0]
    );
  }

  #of(resource: string, life: Life<KubeObject>): readonly Call[] {
    return this.#byObject.get(keyOf(resource, life.namespace, life.name)) ?? [];
  }
}

function succeeded(call: Call): boolean {
  return call.code >= 200 && call.code < 300;
}

function isUnanswered(call: Call): boolean {
  return call.code >= 500 || call.code === 0;
}

function keyOf(resource: string, namespace: string, name: string): string {
  return `${resource} ${namespace}/${name}`;
}
