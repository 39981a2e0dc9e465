import type { KubeClient } from '../kube/client.ts';
import { isForbidden, isNotFound } from '../kube/errors.ts';
import type { KubeObject, Resource } from '../kube/resources.ts';
import type { ConvertedSet } from '../model/conversion.ts';
import type { LabelSelector, StatefulSet } from '../model/objects.ts';
import { matchesSelector } from '../model/selector.ts';

interface Autoscaler extends KubeObject {
  readonly spec?: {
    readonly scaleTargetRef?: { readonly apiVersion?: string; readonly kind: string; readonly name: string };
  };
}

interface DisruptionBudget extends KubeObject {
  readonly spec?: { readonly selector?: LabelSelector };
}

const autoscalers: Resource<Autoscaler> = {
  group: 'autoscaling',
  version: 'v2',
  plural: 'horizontalpodautoscalers',
  kind: 'HorizontalPodAutoscaler',
  namespaced: true,
};

const budgets: Resource<DisruptionBudget> = {
  group: 'policy',
  version: 'v1',
  plural: 'poddisruptionbudgets',
  kind: 'PodDisruptionBudget',
  namespaced: true,
};

/** What a person has to do, or to know, besides converting a set: who else names it by its API. */
export async function conversionNotes(kube: KubeClient, set: ConvertedSet | StatefulSet): Promise<readonly string[]> {
  const { name, namespace = '', labels = {}, annotations = {} } = set.metadata;
  const to = set.apiVersion;
  const [scalers, disruptions] = await Promise.all([
    listed(kube, autoscalers, namespace),
    listed(kube, budgets, namespace),
  ]);
  const template = set.spec.template.metadata?.labels ?? {};
  const scaling = scalers.items.filter(({ spec }) => {
    const target = spec?.scaleTargetRef;
    return target?.kind === 'StatefulSet' && target.name === name && target.apiVersion !== to;
  });
  const patch = JSON.stringify({ spec: { scaleTargetRef: { apiVersion: to } } });
  const keepers = [
    ...(labels['app.kubernetes.io/managed-by'] === 'Helm' ? ['Helm'] : []),
    ...(annotations['argocd.argoproj.io/tracking-id'] === undefined ? [] : ['Argo CD']),
    ...(labels['kustomize.toolkit.fluxcd.io/name'] === undefined ? [] : ['Flux']),
  ];
  return [
    ...scaling.map(
      ({ metadata }) =>
        `HorizontalPodAutoscaler ${metadata.name} names the former API and scales nothing until it is changed: kubectl patch hpa ${metadata.name} -n ${namespace} --type=merge -p '${patch}'`,
    ),
    ...disruptions.items
      .filter(({ spec }) => spec?.selector !== undefined && matchesSelector(spec.selector, template))
      .map(({ metadata }) => `PodDisruptionBudget ${metadata.name} goes by labels: nothing to do`),
    ...[scalers, disruptions].flatMap(({ untold }) => (untold === undefined ? [] : [untold])),
    ...(keepers.length > 0
      ? [`${keepers.join(', ')} would make the former set again: change apiVersion to ${to} there, now`]
      : []),
    `its manifest needs apiVersion: ${to} before it is applied again`,
  ];
}

async function listed<T extends KubeObject>(
  kube: KubeClient,
  resource: Resource<T>,
  namespace: string,
): Promise<{ readonly items: readonly T[]; readonly untold?: string }> {
  try {
    return { items: (await kube.list(resource, namespace)).items };
  } catch (error) {
    if (isNotFound(error)) return { items: [] };
    if (!isForbidden(error)) throw error;
    return { items: [], untold: `you may not list ${resource.plural}: see yourself whether one names this set` };
  }
}
