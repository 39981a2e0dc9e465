import type { KubeClient } from '../kube/client.ts';
import { isNotFound } from '../kube/errors.ts';
import { setsOf } from '../kube/resources.ts';
import { checkTemplate } from '../kube/template-check.ts';
import { orderedDeletionFinalizer } from '../model/annotations.ts';
import { blockedBy } from '../model/blocking.ts';
import { convert, type ConvertedSet, inNewHands } from '../model/conversion.ts';
import { controllerOf } from '../model/identity.ts';
import type { ClusterView, SetFlavour, StatefulSet } from '../model/objects.ts';
import { plan } from '../model/plan.ts';
import { checkedUpdate, chooseRevisions, revisionNames } from '../model/revisions.ts';
import { NotFoundError, OrdinalError, translating } from './errors.ts';
import { loadView, lookAt } from './set-view.ts';
import { summarize } from './summary.ts';

export interface PreparedConversion {
  readonly set: ConvertedSet;
  /** The revision of pods below a partition, where it is not the newest one. */
  readonly current: string | undefined;
  /** Why it had better not be done now; empty when all is well. */
  readonly objections: readonly string[];
}

const ownFinalizers = [orderedDeletionFinalizer, 'orphan'];

/**
 * The set as it is to be in the other API, and all that speaks against it: the API server tries it, and the workers' planner says what would become of the
 * pods. Changes nothing. Rejects where it is impossible.
 */
export async function prepareConversion(
  kube: KubeClient,
  former: StatefulSet,
  to: SetFlavour,
): Promise<PreparedConversion> {
  const { name, namespace = '', finalizers = [] } = former.metadata;
  const subject = `StatefulSet ${namespace}/${name}`;
  const conversion = convert(former, to);
  if (conversion.kind === 'impossible') throw new OrdinalError('Refused', `${subject}: ${conversion.message}`);
  const { set } = conversion;
  const flavour = former.apiVersion as SetFlavour;
  const view = await translating(subject, () => loadView(kube, { flavour, namespace, name }, former));
  if (view === undefined) throw new NotFoundError(`${subject} not found`);
  const tried = await translating(subject, async () => {
    try {
      return await kube.create(setsOf(to), namespace, set, { dryRun: true, fieldValidation: 'Strict' });
    } catch (error) {
      if (!isNotFound(error)) throw error;
      const remedy = to === 'ordinal.dev/v1' ? '; install it: ordinal install --crd-only' : '';
      throw new NotFoundError(`the cluster serves no StatefulSets of ${to}${remedy}`, error);
    }
  });

  const { phase, message } = summarize(lookAt(view, Date.now()));
  const blocked = blockedBy(former);
  const owner = controllerOf(former.metadata);
  const foreign = finalizers.filter((each) => !ownFinalizers.includes(each));
  const dropped = droppedFields(set.spec, tried.spec, 'spec');
  const { update, current } = revisionNames(chooseRevisions(view));
  const objections = [
    ...(blocked ? [`${blocked.type}: ${blocked.message ?? ''}`] : []),
    ...(blocked !== undefined || ['Healthy', 'Paused', 'Aborted'].includes(phase)
      ? []
      : [`an operation is under way (${phase}: ${message}): wait for its end: ordinal status ${name} -n ${namespace}`]),
    ...(owner ? [`it belongs to ${owner.kind} ${owner.name}, which would make it again`] : []),
    ...(foreign.length > 0 ? [`the finalizers ${foreign.join(', ')} may hold its deletion up`] : []),
    ...(dropped.length > 0 ? [`this cluster drops ${dropped.join(', ')} from sets of ${to}`] : []),
    ...(await restarts(kube, view, tried)),
  ];
  return { set, current: current === update ? undefined : current, objections };
}

/** The pods that would not be left alone, in words. */
async function restarts(kube: KubeClient, view: ClusterView, tried: StatefulSet): Promise<readonly string[]> {
  const after = inNewHands(view, tried);
  const [before, choice] = [revisionNames(chooseRevisions(view)), chooseRevisions(after)];
  let { update } = choice;
  if (update.action === 'check') {
    const checked = await checkTemplate(kube, tried);
    if (checked.kind === 'invalid') return [`its template is not valid: ${checked.message}`];
    update = checkedUpdate(after, checked.template, update.hash);
  }
  const { acts } = plan(after, { update: update.name, current: before.current }, Date.now());
  const touched = [...acts]
    .filter(([, act]) => act !== 'mend')
    .map(([ordinal]) => `${view.set.metadata.name}-${ordinal}`);
  if (touched.length > 0) return [`pods would not be left alone: ${touched.join(', ')}`];
  return update.name === before.update
    ? []
    : [`its template would be another revision, ${update.name}: its pods would be made anew`];
}

/** Fields that were sent and are not in the answer: a feature that is switched off has the API server leave them out in silence. */
export function droppedFields(sent: unknown, kept: unknown, path: string): string[] {
  if (sent === null || typeof sent !== 'object' || Object.keys(sent).length === 0) return [];
  const answered = (kept ?? {}) as Readonly<Record<string, unknown>>;
  return Object.entries(sent).flatMap(([key, value]) => {
    const here = Array.isArray(sent) ? `${path}[${key}]` : `${path}.${key}`;
    const isEmpty = value === null || (typeof value === 'object' && Object.keys(value as object).length === 0);
    if (isEmpty || value === undefined) return [];
    return answered[key] === undefined ? [here] : droppedFields(value, answered[key], here);
  });
}
