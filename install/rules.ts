/** A rule of a Role. */
export interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly verbs: readonly string[];
}

/** In every namespace that is served (SS-118). Each is needed: `test/e2e/rights.test.ts`. */
export const servingRules: readonly Rule[] = [
  { apiGroups: [''], resources: ['pods'], verbs: ['get', 'list', 'watch', 'create', 'patch', 'delete'] },
  {
    apiGroups: [''],
    resources: ['persistentvolumeclaims'],
    // Claims go by their owner references. Who sets one must be allowed to delete, where the API server checks that.
    verbs: ['get', 'list', 'watch', 'create', 'patch', 'delete'],
  },
  // A claim may belong to its pod, and holds up that one's deletion.
  { apiGroups: [''], resources: ['pods/finalizers'], verbs: ['update'] },
  // Dry runs only: the API server's validation of a pod template.
  { apiGroups: [''], resources: ['podtemplates'], verbs: ['create'] },
  { apiGroups: [''], resources: ['events'], verbs: ['create', 'patch'] },
  // Is it being deleted? A Role of the namespace can say so too.
  { apiGroups: [''], resources: ['namespaces'], verbs: ['get'] },
  {
    apiGroups: ['apps'],
    resources: ['controllerrevisions'],
    verbs: ['get', 'list', 'watch', 'create', 'patch', 'delete'],
  },
  { apiGroups: ['ordinal.dev'], resources: ['statefulsets'], verbs: ['get', 'list', 'watch', 'patch'] },
  { apiGroups: ['ordinal.dev'], resources: ['statefulsets/status'], verbs: ['update'] },
  // Pods hold up the deletion of their set.
  { apiGroups: ['ordinal.dev'], resources: ['statefulsets/finalizers'], verbs: ['update'] },
  // Two sets of one name are told apart.
  { apiGroups: ['apps'], resources: ['statefulsets'], verbs: ['get'] },
];

/** The same for sets of `apps/v1`, on top. */
export const nativeServingRules: readonly Rule[] = [
  { apiGroups: ['apps'], resources: ['statefulsets'], verbs: ['list', 'watch', 'patch'] },
  { apiGroups: ['apps'], resources: ['statefulsets/status'], verbs: ['update'] },
  { apiGroups: ['apps'], resources: ['statefulsets/finalizers'], verbs: ['update'] },
];

/** In the worker's own namespace: the lease that elects one of the workers. */
export const electionRules: readonly Rule[] = [
  // A create cannot be limited to a name.
  { apiGroups: ['coordination.k8s.io'], resources: ['leases'], verbs: ['create'] },
  {
    apiGroups: ['coordination.k8s.io'],
    resources: ['leases'],
    resourceNames: ['ordinal'],
    verbs: ['get', 'watch', 'update'],
  },
];

/** And there, for `apps/v1`: the set that shows whether another controller is at work. */
export const nativeProbeRules: readonly Rule[] = [
  { apiGroups: ['apps'], resources: ['statefulsets'], verbs: ['create', 'get', 'delete'] },
];

/** In the cluster: its identity is the uid of this namespace. */
export const identityRules: readonly Rule[] = [
  { apiGroups: [''], resources: ['namespaces'], resourceNames: ['kube-system'], verbs: ['get'] },
];

/** What people who may see, or edit, the workloads of a namespace may do with our resource. */
export const viewRules: readonly Rule[] = [
  {
    apiGroups: ['ordinal.dev'],
    resources: ['statefulsets', 'statefulsets/scale', 'statefulsets/status'],
    verbs: ['get', 'list', 'watch'],
  },
];

export const editRules: readonly Rule[] = [
  {
    apiGroups: ['ordinal.dev'],
    resources: ['statefulsets', 'statefulsets/scale'],
    verbs: ['create', 'delete', 'deletecollection', 'patch', 'update'],
  },
];
