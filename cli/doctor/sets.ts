import type { KubeClient } from '../../kube/client.ts';
import { isNotFound } from '../../kube/errors.ts';
import { setsOf } from '../../kube/resources.ts';
import { flavourOf } from '../../model/flavour.ts';
import type { SetFlavour, StatefulSet } from '../../model/objects.ts';
import { isProbe } from '../../worker/probe.ts';
import { shortName } from '../set-name.ts';
import { type Finding, ok, warning } from './finding.ts';

/** Sets told one by one; more are counted. */
const mostTold = 10;

/** The sets that only a person can help. */
export async function checkSets(
  kube: KubeClient,
  flavours: readonly SetFlavour[],
  namespaces: readonly string[],
  leaseNamespace: string,
): Promise<readonly Finding[]> {
  const check = 'sets';
  const scopes = namespaces.length === 0 ? [undefined] : namespaces;
  const lists = await Promise.all(
    flavours.flatMap((flavour) =>
      scopes.map((namespace) =>
        kube.list(setsOf(flavour), namespace).catch((error: unknown) => {
          if (isNotFound(error)) return { items: [] };
          throw error;
        }),
      ),
    ),
  );
  // A probe may be under way, also our own.
  const isOfUse = (set: StatefulSet) => {
    const { namespace = '', name } = set.metadata;
    return !isProbe({ flavour: flavourOf(set), namespace, name }, leaseNamespace);
  };
  const sets = lists.flatMap(({ items }) => items).filter(isOfUse);
  const stuck = sets.flatMap((set) => {
    const stalled = set.status?.conditions?.find(({ type, status }) => type === 'Stalled' && status === 'True');
    return stalled === undefined ? [] : [{ set, stalled }];
  });
  if (stuck.length === 0) return [ok(check, `${sets.length} served, none is stuck`)];
  const told = stuck.slice(0, mostTold).map(({ set, stalled }) => {
    const { metadata } = set;
    const name = shortName(flavourOf(set), metadata.name);
    const since = stalled.lastTransitionTime === undefined ? '' : ` since ${stalled.lastTransitionTime}`;
    return warning(
      check,
      `${name} in ${metadata.namespace} is stuck${since}: ${stalled.message ?? stalled.reason}`,
      `ordinal explain ${name} -n ${metadata.namespace}`,
    );
  });
  const rest = stuck.length - told.length;
  return rest === 0 ? told : [...told, warning(check, `${rest} more are stuck`, 'ordinal list -A')];
}
