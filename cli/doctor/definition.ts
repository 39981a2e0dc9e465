import type { KubeClient } from '../../kube/client.ts';
import { statefulSetDefinition } from '../../kube/crd.ts';
import { customResourceDefinitions, type KubeObject } from '../../kube/resources.ts';
import { failed, type Finding, ok, warning } from './finding.ts';

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
}

type Definition = KubeObject & {
  readonly spec: {
    readonly versions: readonly {
      readonly name: string;
      readonly served: boolean;
      readonly schema?: { readonly openAPIV3Schema?: Schema };
    }[];
  };
  readonly status?: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
};

const check = 'resource StatefulSet of ordinal.dev/v1';

/** Whether the cluster serves our own resource, as this version of the program defines it. */
export async function checkDefinition(kube: KubeClient): Promise<Finding> {
  const ours = statefulSetDefinition();
  const { name } = ours.metadata;
  const found = (await kube.find(customResourceDefinitions, undefined, name)) as Definition | undefined;
  if (found === undefined) return failed(check, `${name} is not defined`, 'ordinal install --crd-only');
  const isServed = found.status?.conditions?.some(({ type, status }) => type === 'Established' && status === 'True');
  const [wanted] = ours.spec.versions;
  const version = found.spec.versions.find(({ name, served }) => served && name === wanted?.name);
  if (isServed !== true || version === undefined)
    return failed(
      check,
      `${name} is defined but ${wanted?.name} is not served`,
      `kubectl describe crd ${name} says why`,
    );
  const theirs = new Set(fieldsOf(version.schema?.openAPIV3Schema));
  const missing = fieldsOf(wanted?.schema.openAPIV3Schema as Schema | undefined).filter((field) => !theirs.has(field));
  if (missing.length === 0) return ok(check, `${name} serves ${version.name}, as this program defines it`);
  const some = missing.slice(0, 3).join(', ');
  return warning(
    check,
    `${name} is older than this program: it lacks ${some}${missing.length > 3 ? ` and ${missing.length - 3} more` : ''}`,
    'ordinal install --crd-only',
  );
}

/** The paths of all fields that a schema names. */
function fieldsOf(schema: Schema | undefined, path = ''): readonly string[] {
  return Object.entries(schema?.properties ?? {}).flatMap(([name, of]) => {
    const here = path === '' ? name : `${path}.${name}`;
    return [here, ...fieldsOf(of, here)];
  });
}
