import { installManifest, toYaml } from '../../install/manifest.ts';
import type { InstallObject } from '../../install/objects.ts';
import { exampleOptions } from './example-options.ts';

interface PodTemplate {
  readonly spec: { readonly containers: readonly { readonly name: string; readonly args: readonly string[] }[] };
}

/** `base`: all that is installed, a file a kind; `native`: what serving `apps/v1` changes of it. */
export function kustomizeFiles(): readonly (readonly [path: string, text: string])[] {
  const base = installManifest(exampleOptions);
  const files = Map.groupBy(base, fileOf);
  const native = installManifest({ ...exampleOptions, native: true })
    .filter((object, index) => JSON.stringify(object) !== JSON.stringify(base[index]))
    .map(patchOf);
  return [
    ...[...files].map(([file, objects]) => [`kustomize/base/${file}`, generated(toYaml(objects))] as const),
    ['kustomize/base/kustomization.yaml', generated(kustomization({ resources: [...files.keys()] }))],
    ['kustomize/native/patches.yaml', generated(toYaml(native))],
    [
      'kustomize/native/kustomization.yaml',
      generated(kustomization({ resources: ['../base'], patches: [{ path: 'patches.yaml' }] })),
    ],
  ];
}

/** What of an object serving `apps/v1` changes: its rules, or the arguments of its container. */
function patchOf({ apiVersion, kind, metadata: { name, namespace }, ...content }: InstallObject): object {
  const target = { apiVersion, kind, metadata: { name, ...(namespace !== undefined && { namespace }) } };
  if (kind !== 'Deployment') return { ...target, rules: content['rules'] };
  const { template } = content['spec'] as { readonly template: PodTemplate };
  const containers = template.spec.containers.map(({ name, args }) => ({ name, args }));
  return { ...target, spec: { template: { spec: { containers } } } };
}

function fileOf({ kind, apiVersion }: InstallObject): string {
  if (kind === 'CustomResourceDefinition') return 'crd.yaml';
  if (apiVersion.startsWith('rbac.') || kind === 'ServiceAccount') return 'rights.yaml';
  return kind === 'Namespace' ? 'namespace.yaml' : 'worker.yaml';
}

function kustomization(content: object): string {
  return toYaml([{ apiVersion: 'kustomize.config.k8s.io/v1beta1', kind: 'Kustomization', ...content }]);
}

function generated(text: string): string {
  return `# Made by npm run deploy-files: changes belong into install/.\n${text}`;
}
