import type { AuditEvent, DeleteRequest } from './objects.ts';

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

export function succeeded(call: Call): boolean {
  return call.code >= 200 && call.code < 300;
}

/** The server did not say: it may have worked all the same. */
export function isUnanswered(call: Call): boolean {
  return call.code >= 500 || call.code === 0;
}
