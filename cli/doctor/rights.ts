import { installName } from '../../install/objects.ts';
import {
  electionRules,
  identityRules,
  nativeProbeRules,
  nativeServingRules,
  type Rule,
  servingRules,
} from '../../install/rules.ts';
import type { KubeClient } from '../../kube/client.ts';
import { KubeError } from '../../kube/errors.ts';
import { type KubeObject, type Resource, serviceAccounts } from '../../kube/resources.ts';
import { failed, type Finding, ok } from './finding.ts';

type Review = KubeObject & { readonly status?: { readonly allowed?: boolean } };

const group = { group: 'authorization.k8s.io', version: 'v1', namespaced: false };
const ofSelf: Resource<Review> = { ...group, plural: 'selfsubjectaccessreviews', kind: 'SelfSubjectAccessReview' };
const ofOthers: Resource<Review> = { ...group, plural: 'subjectaccessreviews', kind: 'SubjectAccessReview' };

/** One thing that a worker must be allowed to do; everywhere where there is no namespace. */
interface Right {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  readonly name?: string;
  readonly namespace?: string;
}

export interface RightsOptions {
  /** Of the worker and its lease. */
  readonly leaseNamespace: string;
  readonly native: boolean;
  /** Those that are served; none: all. */
  readonly namespaces: readonly string[];
}

/**
 * Whether a worker has the rights that it needs: the installed one where there is its service account, and we may ask for it; else one that is
 * started with our own credentials.
 */
export async function checkRights(kube: KubeClient, options: RightsOptions): Promise<Finding> {
  const { leaseNamespace } = options;
  const account = await kube.find(serviceAccounts, leaseNamespace, installName).catch(unlessForbidden);
  const user = account && `system:serviceaccount:${leaseNamespace}:${installName}`;
  const subject = {
    user,
    groups: ['system:serviceaccounts', `system:serviceaccounts:${leaseNamespace}`, 'system:authenticated'],
  };
  const asked = rightsOf(options);
  const ask = (who: typeof subject | undefined) => Promise.all(asked.map((right) => isAllowed(kube, right, who)));
  let who = user === undefined ? 'your credentials' : user;
  let answers: readonly boolean[];
  try {
    answers = await ask(user === undefined ? undefined : subject);
  } catch (error) {
    if (user === undefined) throw error;
    unlessForbidden(error);
    who = 'your credentials';
    answers = await ask(undefined);
  }
  const missing = asked.filter((_, index) => answers[index] !== true);
  if (missing.length === 0) return ok('rights of a worker', `${who}: all ${asked.length} that a worker needs`);
  const remedy =
    who === user
      ? 'ordinal install again: it grants what this version needs'
      : 'a worker needs more than you have: ordinal install, by a cluster administrator, makes an account for it';
  return failed('rights of a worker', `${who} may not: ${missing.map(textOf).join('; ')}`, remedy);
}

function rightsOf({ leaseNamespace, native, namespaces }: RightsOptions): readonly Right[] {
  const serving = [...servingRules, ...(native ? nativeServingRules : [])];
  const own = [...electionRules, ...(native ? nativeProbeRules : [])];
  return [
    ...identityRules.flatMap((rule) => expanded(rule, undefined)),
    ...(namespaces.length === 0 ? [undefined] : namespaces).flatMap((namespace) =>
      serving.flatMap((rule) => expanded(rule, namespace)),
    ),
    ...own.flatMap((rule) => expanded(rule, leaseNamespace)),
  ];
}

function expanded(
  { apiGroups, resources, resourceNames, verbs }: Rule,
  namespace: string | undefined,
): readonly Right[] {
  return apiGroups.flatMap((group) =>
    resources.flatMap((resource) =>
      (resourceNames ?? [undefined]).flatMap((name) =>
        verbs.map((verb) => ({ verb, group, resource, ...(name && { name }), ...(namespace && { namespace }) })),
      ),
    ),
  );
}

async function isAllowed(kube: KubeClient, right: Right, subject: object | undefined): Promise<boolean> {
  const { verb, group, name, namespace } = right;
  const [resource, subresource] = right.resource.split('/');
  const resourceAttributes = { verb, group, resource, subresource, name, namespace };
  const body = { metadata: {}, spec: { ...subject, resourceAttributes } };
  const { status } = await kube.create(subject === undefined ? ofSelf : ofOthers, undefined, body);
  return status?.allowed === true;
}

function textOf({ verb, group, resource, name, namespace }: Right): string {
  const kind = group === '' ? resource : `${resource}.${group}`;
  return `${verb} ${kind}${name === undefined ? '' : `/${name}`}${namespace === undefined ? '' : ` in ${namespace}`}`;
}

/** Takes "forbidden" for an answer. */
function unlessForbidden(error: unknown): undefined {
  if (error instanceof KubeError && error.status === 403) return undefined;
  throw error;
}
