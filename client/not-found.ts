import type { KubeClient } from '../kube/client.ts';
import { setsOf } from '../kube/resources.ts';
import { NotFoundError } from './errors.ts';

/** The error for a set that is not there, with where there is one of its name: mostly it is the namespace that is wrong. */
export async function setNotFound(kube: KubeClient, namespace: string, name: string): Promise<NotFoundError> {
  const [first, ...others] = await placesOf(kube, name);
  const hint =
    first === undefined
      ? `see what there is: ordinal list -n ${namespace}`
      : `there is one in namespace ${[first, ...others].join(', ')}: -n ${first}`;
  return new NotFoundError(`statefulset "${name}" not found in namespace "${namespace}"; ${hint}`);
}

/** Namespaces that have a set of this name, as far as one may look. */
async function placesOf(kube: KubeClient, name: string): Promise<readonly string[]> {
  const found = await Promise.all(
    (['ordinal.dev/v1', 'apps/v1'] as const).map(async (flavour) => {
      try {
        return (await kube.list(setsOf(flavour), undefined, { fieldSelector: `metadata.name=${name}` })).items;
      } catch {
        // Only a hint: the error itself is that there is no such set here.
        return [];
      }
    }),
  );
  return [...new Set(found.flat().map(({ metadata }) => metadata.namespace ?? ''))].sort();
}
