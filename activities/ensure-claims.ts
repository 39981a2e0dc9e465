import { isAlreadyExists } from '../kube/errors.ts';
import { claims } from '../kube/resources.ts';
import { desiredOf } from '../model/desired.ts';
import { claimName, newClaim, podName } from '../model/identity.ts';
import type { ClaimTemplate, ClusterView, SetKey } from '../model/objects.ts';
import { isClaimTerminating, isStaleClaim } from '../model/retention.ts';
import type { Seen } from '../workflows/messages.ts';
import { later } from '../workflows/seen.ts';
import type { ActResult } from './act-result.ts';
import type { Dependencies } from './dependencies.ts';
import { refusal } from './refusal.ts';

/** All claims of an ordinal exist and may be used, or the reason why not (SS-35, SS-36, SS-43). An existing claim is taken as it is. */
export async function ensureClaims(
  dependencies: Dependencies,
  key: SetKey,
  view: ClusterView,
  ordinal: number,
): Promise<ActResult> {
  const templates = view.set.spec.volumeClaimTemplates ?? [];
  const results = await Promise.all(
    templates.map((template) => ensureClaim(dependencies, key, view, template, ordinal)),
  );
  let wrote: Seen = {};
  for (const result of results) {
    if (result.kind !== 'done') return result;
    wrote = later(wrote, result.wrote);
  }
  return { kind: 'done', wrote };
}

async function ensureClaim(
  { cache, client, events }: Dependencies,
  key: SetKey,
  { set, claims: known }: ClusterView,
  template: ClaimTemplate,
  ordinal: number,
): Promise<ActResult> {
  const name = claimName(template, set, ordinal);
  const pod = podName(set, ordinal);
  const claim = known?.get(name);
  if (claim !== undefined) {
    const isStale = desiredOf(set).whenScaled === 'Delete' && isStaleClaim(claim, pod);
    if (!isClaimTerminating(claim) && !isStale) return { kind: 'done', wrote: {} };
    const message = `claim ${name} of pod ${pod} is being deleted: the pod is created when it is gone`;
    if (!isStale) {
      const failed = `create Pod ${pod} in StatefulSet ${set.metadata.name} failed error: ${message}`;
      events.record(set, 'Warning', 'FailedCreate', failed);
    }
    return { kind: 'refused', waiting: { ordinal, pod, reason: 'ClaimTerminating', message, stuck: false } };
  }
  try {
    const created = await client.create(claims, key.namespace, newClaim({ set, template, ordinal }));
    cache.observe('claims', created);
    const message = `create Claim ${name} Pod ${pod} in StatefulSet ${set.metadata.name} success`;
    events.record(set, 'Normal', 'SuccessfulCreate', message);
    return { kind: 'done', wrote: { claims: created.metadata.resourceVersion } };
  } catch (error) {
    if (isAlreadyExists(error)) {
      const existing = await client.find(claims, key.namespace, name);
      if (existing !== undefined) cache.observe('claims', existing);
      return { kind: 'superseded' };
    }
    const what = `create Claim ${name} for Pod ${pod} in StatefulSet ${set.metadata.name} failed error`;
    const refused = refusal(error, ordinal, pod, what);
    if (refused.kind === 'refused') {
      events.record(set, 'Warning', 'FailedCreate', refused.waiting.message);
      events.record(
        set,
        'Warning',
        'FailedCreate',
        `create Pod ${pod} in StatefulSet ${set.metadata.name} failed error: ${name}`,
      );
    }
    return refused;
  }
}
