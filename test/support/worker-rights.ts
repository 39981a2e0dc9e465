import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { AuditEvent } from '../invariants/objects.ts';
import { workerUser } from './installed-identity.ts';

/** `create pods`, `update apps statefulsets/status`: as a rule of a Role has it. */
export type Right = string;

export function rightOf(verb: string, group: string, resource: string): Right {
  return `${verb} ${group === '' ? '' : `${group} `}${resource}`;
}

type Answered = AuditEvent & {
  readonly responseStatus?: { readonly message?: string };
  readonly annotations?: Readonly<Record<string, string>>;
};

/** What the installed worker asked of a cluster, by its audit log. */
export interface WorkerRights {
  /** Rights that a call was allowed by. */
  readonly used: ReadonlySet<Right>;
  /** What was refused for want of a right, each once, as the API server said it. */
  readonly missing: ReadonlySet<string>;
}

export async function workerRights(auditLog: string): Promise<WorkerRights> {
  const used = new Set<Right>();
  const missing = new Set<string>();
  for await (const line of createInterface({ input: createReadStream(auditLog) })) {
    if (!line.includes(workerUser)) continue;
    const event = JSON.parse(line) as Answered;
    if (event.user?.username !== workerUser) continue;
    const { apiGroup = '', resource = '', subresource } = event.objectRef ?? {};
    const right = rightOf(event.verb, apiGroup, subresource === undefined ? resource : `${resource}/${subresource}`);
    const { message = '' } = event.responseStatus ?? {};
    if (event.annotations?.['authorization.k8s.io/decision'] === 'forbid') missing.add(right);
    // Of rights that the API server asks for beside that of the call: for owner references.
    else if (/cannot set (an ownerRef|blockOwnerDeletion)/.test(message)) missing.add(`${right}: ${message}`);
    else used.add(right);
  }
  return { used, missing };
}
