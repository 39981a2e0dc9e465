import type { Resource } from '../../kube/resources.ts';

const rbac = 'rbac.authorization.k8s.io';

function kind(group: string, version: string, plural: string, kind: string, namespaced = true): Resource {
  return { group, version, plural, kind, namespaced };
}

/** The kinds that an installation consists of, beside the namespace and the definition, in the order in which they are taken away. */
export const installedKinds: readonly Resource[] = [
  kind('apps', 'v1', 'deployments', 'Deployment'),
  kind('policy', 'v1', 'poddisruptionbudgets', 'PodDisruptionBudget'),
  kind('', 'v1', 'services', 'Service'),
  kind(rbac, 'v1', 'rolebindings', 'RoleBinding'),
  kind(rbac, 'v1', 'roles', 'Role'),
  kind(rbac, 'v1', 'clusterrolebindings', 'ClusterRoleBinding', false),
  kind(rbac, 'v1', 'clusterroles', 'ClusterRole', false),
  kind('', 'v1', 'serviceaccounts', 'ServiceAccount'),
];

/** As kubectl names it: `deployment.apps/ordinal`, with its namespace where it has one. */
export function nameOf(
  { kind, group }: Resource,
  { metadata }: { readonly metadata: { readonly name: string; readonly namespace?: string } },
): string {
  const type = group === '' ? kind.toLowerCase() : `${kind.toLowerCase()}.${group}`;
  return `${type}/${metadata.name}${metadata.namespace === undefined ? '' : ` in ${metadata.namespace}`}`;
}
