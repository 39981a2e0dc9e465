import type { Call } from '../calls.ts';
import type { Finding } from '../violation.ts';

/** What is wrong with the way in which the controller asked for a deletion, whether or not it was granted. */
export function judgePreconditions(call: Call): readonly Finding[] {
  const guarded = call.resource === 'pods' || call.resource === 'persistentvolumeclaims';
  if (call.by !== 'controller' || !(guarded || call.resource === 'controllerrevisions')) return [];
  if (call.verb === 'deletecollection') {
    return [
      { rule: 'preconditions', message: `deleted all ${call.resource} by one call: it can name no preconditions` },
    ];
  }
  if (call.verb !== 'delete') return [];
  if (call.request === undefined) {
    return [{ rule: 'evidence', message: 'the audit policy does not record the bodies of deletes (level Request)' }];
  }
  const { uid, resourceVersion } = call.request.preconditions ?? {};
  const missing = [
    ...(uid === undefined ? ['uid'] : []),
    ...(resourceVersion === undefined && guarded ? ['resourceVersion'] : []),
  ];
  if (missing.length === 0) return [];
  return [{ rule: 'preconditions', message: `a delete without precondition ${missing.join(' and ')}` }];
}
