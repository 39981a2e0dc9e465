import { installLabels, installName, type InstallObject } from './objects.ts';
import type { InstallOptions } from './options.ts';
import {
  editRules,
  electionRules,
  identityRules,
  nativeProbeRules,
  nativeServingRules,
  type Rule,
  servingRules,
  viewRules,
} from './rules.ts';

const rbac = 'rbac.authorization.k8s.io';
const identity = `${installName}-cluster-identity`;

/** Who the worker is to the API server, and what that one may do: in all namespaces, or by a Role in each that is served. */
export function rightsObjects({
  namespace,
  native,
  namespaces,
}: Pick<InstallOptions, 'namespace' | 'native' | 'namespaces'>): readonly InstallObject[] {
  const serving = [...servingRules, ...(native ? nativeServingRules : [])];
  const own = [...electionRules, ...(native ? nativeProbeRules : [])];
  const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: meta(installName, namespace) };
  return [
    account,
    role(identity, undefined, identityRules),
    binding(identity, undefined, namespace),
    ...(namespaces.length === 0 ? [undefined] : namespaces).flatMap((served) => [
      role(`${installName}-serving`, served, serving),
      binding(`${installName}-serving`, served, namespace),
    ]),
    role(installName, namespace, own),
    binding(installName, namespace, namespace),
    forPeople('view', ['view', 'edit', 'admin'], viewRules),
    forPeople('edit', ['edit', 'admin'], editRules),
  ];
}

/** A ClusterRole where no namespace is given. */
function role(name: string, namespace: string | undefined, rules: readonly Rule[]): InstallObject {
  const kind = namespace === undefined ? 'ClusterRole' : 'Role';
  return { apiVersion: `${rbac}/v1`, kind, metadata: meta(name, namespace), rules };
}

function binding(name: string, namespace: string | undefined, accountNamespace: string): InstallObject {
  const kind = namespace === undefined ? 'ClusterRole' : 'Role';
  return {
    apiVersion: `${rbac}/v1`,
    kind: `${kind}Binding`,
    metadata: meta(name, namespace),
    roleRef: { apiGroup: rbac, kind, name },
    subjects: [{ kind: 'ServiceAccount', name: installName, namespace: accountNamespace }],
  };
}

/** Taken up by the roles that every cluster has for the people who work in its namespaces. */
function forPeople(what: string, roles: readonly string[], rules: readonly Rule[]): InstallObject {
  const { name, labels } = meta(`${installName}-${what}`, undefined);
  const aggregated = Object.fromEntries(roles.map((role) => [`${rbac}/aggregate-to-${role}`, 'true']));
  return {
    apiVersion: `${rbac}/v1`,
    kind: 'ClusterRole',
    metadata: { name, labels: { ...labels, ...aggregated } },
    rules,
  };
}

function meta(name: string, namespace: string | undefined): InstallObject['metadata'] {
  return { name, ...(namespace !== undefined && { namespace }), labels: installLabels };
}
