import type { KubeClient } from '../kube/client.ts';
import { setsOf } from '../kube/resources.ts';
import { flavourOf } from '../model/flavour.ts';
import type { SetFlavour, StatefulSet } from '../model/objects.ts';
import { NotFoundError } from './errors.ts';

/**
 * The error for a set that is not there, with where there is one of its name: mostly it is the namespace that is wrong, or the API. `flavour`: the one that
 * was asked for, if any.
 */
export async function setNotFound(
  kube: KubeClient,
  namespace: string,
  name: string,
  flavour?: SetFlavour,
): Promise<NotFoundError> {
  const found = await namesakes(kube, name);
  const here = found.find((set) => set.metadata.namespace === namespace);
  const wanted = found.filter((set) => flavour === undefined || flavourOf(set) === flavour);
  const [first, ...others] = [...new Set(wanted.map(({ metadata }) => metadata.namespace ?? ''))].sort();
  const hint =
    here !== undefined
      ? `there is one of ${flavourOf(here)}: ${flavourOf(here) === 'apps/v1' ? 'sts' : 'osts'}/${name}`
      : first === undefined
        ? `see what there is: ordinal list -n ${namespace}`
        : `there is one in namespace ${[first, ...others].join(', ')}: -n ${first}`;
  return new NotFoundError(`statefulset "${name}" not found in namespace "${namespace}"; ${hint}`);
}

/** The sets of this name of either API, as far as one may look. */
async function namesakes(kube: KubeClient, name: string): Promise<readonly StatefulSet[]> {
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
  return found.flat();
}
