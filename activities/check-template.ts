import { checkTemplate } from '../kube/template-check.ts';
import { revisions, setsOf } from '../kube/resources.ts';
import { type ConditionOfGeneration, templateCondition } from '../model/blocking.ts';
import type { ClusterView, SetKey } from '../model/objects.ts';
import { checkedUpdate, type UpdateRevision } from '../model/revisions.ts';
import { templateHashesAnnotation, withTemplate } from '../model/template-hash.ts';
import type { Seen } from '../workflows/messages.ts';
import { rfc3339 } from '../model/readiness.ts';
import type { Dependencies } from './dependencies.ts';

/** What came of a template that no revision knows: something was written, or a revision is to be created. */
export type CheckedTemplate =
  | { readonly kind: 'written'; readonly wrote: Seen }
  | { readonly kind: 'create'; readonly update: UpdateRevision & { readonly action: 'create' } };

/**
 * Finds out which revision a new template of our own resource is, before any pod is touched. One that the API server refuses is told on the
 * set; one that an existing revision stands for, written in another way, is noted there and restarts nothing.
 */
export async function settleTemplate(
  { cache, client, clock }: Pick<Dependencies, 'cache' | 'client' | 'clock'>,
  key: SetKey,
  view: ClusterView,
  hash: string,
  signal: AbortSignal,
): Promise<CheckedTemplate> {
  const { set } = view;
  const checked = await checkTemplate(client, set, { signal });
  if (checked.kind === 'invalid') {
    const conditions: ConditionOfGeneration[] = [
      ...(set.status?.conditions ?? []).filter(({ type }) => type !== templateCondition),
      {
        type: templateCondition,
        status: 'True',
        reason: 'Invalid',
        message: checked.message,
        observedGeneration: set.metadata.generation ?? 0,
        lastTransitionTime: rfc3339(clock()),
      },
    ];
    const status = { ...set.status, replicas: set.status?.replicas ?? 0, conditions };
    const resource = setsOf(key.flavour);
    const written = await client.replaceStatus(resource, key.namespace, key.name, { ...set, status }, { signal });
    cache.observe('sets', written);
    return { kind: 'written', wrote: { sets: written.metadata.resourceVersion } };
  }
  const update = checkedUpdate(view, checked.template, hash);
  if (update.action === 'create') return { kind: 'create', update };
  const { name, uid, resourceVersion, annotations } = update.revision.metadata;
  const note = { [templateHashesAnnotation]: withTemplate(annotations, hash) };
  const body = { metadata: { uid, resourceVersion, annotations: note } };
  const noted = await client.patch(revisions, key.namespace, name, body, 'merge', { signal });
  cache.observe('revisions', noted);
  return { kind: 'written', wrote: { revisions: noted.metadata.resourceVersion } };
}
