import { goJson } from './go-json.ts';
import type { ControllerRevision, PodTemplate } from './objects.ts';

/** What a revision holds: a strategic merge patch that replaces the set's template (SS-47). */
export type RevisionData = ControllerRevision['data'];

/** The data of a revision for a template, which must be as the API server returned it, with its defaults. */
export function revisionData(template: PodTemplate): RevisionData {
  return { spec: { template: { ...template, $patch: 'replace' } } };
}

/** The data as the text that revisions are named after (SS-48). */
export function serializeRevision(data: RevisionData): string {
  return goJson(data);
}

/** The template that a revision holds, fit to make pods from. */
export function templateOf(revision: Pick<ControllerRevision, 'data'>): PodTemplate {
  const { $patch: _, ...template } = revision.data.spec.template;
  return template;
}

/**
 * Do two revisions make the same pods? Equal to the byte, or by meaning (SS-52d, SS-57): a null is an absent field, so is an empty
 * list, and so is an empty map where the API server sees no difference. An empty label selector is not an absent one.
 */
export function sameRevisionData(a: RevisionData, b: RevisionData): boolean {
  return serializeRevision(a) === serializeRevision(b) || goJson(meaningOf(a)) === goJson(meaningOf(b));
}

const emptyMeansAbsent = new Set([
  'metadata',
  'labels',
  'annotations',
  'nodeSelector',
  'matchLabels',
  'overhead',
  'resources',
  'limits',
  'requests',
  'securityContext',
  'affinity',
  'nodeAffinity',
  'podAffinity',
  'podAntiAffinity',
  'lifecycle',
  // A volume without any source is an emptyDir.
  'emptyDir',
]);

function meaningOf(value: unknown, key?: string): unknown {
  if (value === null || typeof value !== 'object') return value ?? undefined;
  if (Array.isArray(value)) return value.length > 0 ? value.map((item) => meaningOf(item) ?? null) : undefined;
  const members = Object.entries(value)
    .map(([name, member]) => [name, meaningOf(member, name)] as const)
    .filter(([, member]) => member !== undefined);
  if (members.length === 0 && key !== undefined && emptyMeansAbsent.has(key)) return undefined;
  return Object.fromEntries(members);
}
