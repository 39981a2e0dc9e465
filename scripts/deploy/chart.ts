import { readFileSync } from 'node:fs';
import { statefulSetDefinition } from '../../kube/crd.ts';
import { toYaml } from '../../install/manifest.ts';
import type { InstallObject } from '../../install/objects.ts';
import type { InstallOptions } from '../../install/options.ts';
import { rightsObjects } from '../../install/rights.ts';
import { workerObjects } from '../../install/worker.ts';
import { packageVersion } from './example-options.ts';

/** Stand-ins that no object has by itself; each becomes an expression of the chart. */
const marks = {
  namespace: 'mark-namespace',
  image: 'mark-image',
  temporalAddress: 'mark-temporal-address',
  temporalNamespace: 'mark-temporal-namespace',
  temporalSecret: 'mark-temporal-secret',
  payloadKeysSecret: 'mark-payload-keys-secret',
  served: 'mark-served',
  replicas: 987_654_321,
} as const;

const expressions: readonly (readonly [mark: string, expression: string])[] = [
  [marks.namespace, '{{ .Release.Namespace }}'],
  [marks.image, '{{ required "image: the image of the worker" .Values.image | quote }}'],
  [marks.temporalAddress, '{{ required "temporal.address: host:port of Temporal" .Values.temporal.address | quote }}'],
  [marks.temporalNamespace, '{{ .Values.temporal.namespace | quote }}'],
  [marks.temporalSecret, '{{ .Values.temporal.secret | quote }}'],
  [marks.payloadKeysSecret, '{{ .Values.payloadKeysSecret | quote }}'],
  [marks.served, '{{ $served | quote }}'],
  [String(marks.replicas), '{{ .Values.replicas }}'],
];

const everywhere: InstallOptions = { ...marks, native: false, namespaces: [] };
const somewhere: InstallOptions = { ...everywhere, namespaces: [marks.served] };

/** The files of the chart. The templates are the objects of `ordinal install` with conditions around what an option adds. */
export function chartFiles(): readonly (readonly [path: string, text: string])[] {
  const chart = 'helm/ordinal';
  return [
    [`${chart}/Chart.yaml`, chartYaml()],
    [`${chart}/values.yaml`, readFileSync(new URL('values.yaml', import.meta.url), 'utf8')],
    [`${chart}/values.schema.json`, readFileSync(new URL('values.schema.json', import.meta.url), 'utf8')],
    [`${chart}/templates/crd.yaml`, condition('.Values.crds.install', toYaml([kept(statefulSetDefinition())]))],
    [`${chart}/templates/rights.yaml`, rights()],
    [`${chart}/templates/worker.yaml`, worker()],
  ];
}

function chartYaml(): string {
  return toYaml([
    {
      apiVersion: 'v2',
      name: 'ordinal',
      description: 'Kubernetes StatefulSets as durable Temporal workflows',
      type: 'application',
      version: packageVersion,
      appVersion: packageVersion,
      kubeVersion: '>=1.30.0-0',
    },
  ]);
}

/** Helm leaves it, and with it all sets, when the release is uninstalled. */
function kept(definition: InstallObject): InstallObject {
  const annotations = { 'helm.sh/resource-policy': 'keep' };
  return { ...definition, metadata: { ...definition.metadata, annotations } as InstallObject['metadata'] };
}

function rights(): string {
  const isServing = ({ metadata }: InstallObject) => metadata.name === 'ordinal-serving';
  const serving = (options: InstallOptions) => documents(options, rightsObjects).filter(([object]) => isServing(object));
  const rest = documents(everywhere, rightsObjects).filter(([object]) => !isServing(object));
  const text = (found: readonly Rendered[]) => found.map(([, text]) => text).join('---\n');
  const each = `{{- range $served := .Values.namespaces }}\n---\n${text(serving(somewhere)).replaceAll('.Release', '$.Release').replaceAll('.Values', '$.Values')}{{- else }}\n---\n${text(serving(everywhere))}{{- end }}\n`;
  return text(rest) + each;
}

function worker(): string {
  return documents(everywhere, workerObjects)
    .map(([, text]) => text)
    .join('---\n')
    .replace(/^( *)- --resource\n/m, '$1{{- with .Values.namespaces }}\n$1- --namespaces\n$1{{- range . }}\n$1- {{ . | quote }}\n$1{{- end }}\n$1{{- end }}\n$&')
    .replace(/^( *)resources:\n(?:\1 .*\n)+/m, '$1resources: {{- toYaml .Values.resources | nindent 12 }}\n')
    .replace(/^( *)- name: (?:ORDINAL_PAYLOAD_KEYS|payload-keys)\n(?:\1 .*\n)+/gm, '$1{{- if .Values.payloadKeysSecret }}\n$&$1{{- end }}\n')
    .replace(/^( *)serviceAccountName: .*\n/m, (line, indent: string) => line + podExtras(indent));
}

/** What people need to say of a pod on their cluster; nothing where they do not. */
function podExtras(indent: string): string {
  return ['imagePullSecrets', 'nodeSelector', 'tolerations', 'priorityClassName']
    .map((field) => `${indent}{{- with .Values.${field} }}\n${indent}${field}: {{ toYaml . | nindent ${indent.length + 2} }}\n${indent}{{- end }}\n`)
    .join('');
}

type Rendered = readonly [object: InstallObject, text: string];

/** Each object as a template: marks replaced, and what `native` adds at the end of lists under its condition. */
function documents(
  options: InstallOptions,
  objects: (options: InstallOptions) => readonly InstallObject[],
): readonly Rendered[] {
  const native = objects({ ...options, native: true });
  return objects(options).map((object, index) => {
    const [plain, more] = [toYaml([object]), toYaml([native[index] ?? object])];
    return [object, expressed(withAddition(plain, more))];
  });
}

/** `more` is `plain` with lines put in at one place: those lines, under the condition. Throws when it is anything else. */
function withAddition(plain: string, more: string): string {
  if (plain === more) return plain;
  const [before, after] = [plain.split('\n'), more.split('\n')];
  const start = before.findIndex((line, index) => line !== after[index]);
  const added = after.slice(start, start + after.length - before.length);
  const rest = before.slice(start);
  if ([...before.slice(0, start), ...added, ...rest].join('\n') !== more) throw new Error('native changes more than one place');
  return [...before.slice(0, start), '{{- if .Values.native }}', ...added, '{{- end }}', ...rest].join('\n');
}

function expressed(text: string): string {
  return expressions.reduce((template, [mark, expression]) => template.replaceAll(mark, expression), text);
}

function condition(value: string, text: string): string {
  return `{{- if ${value} }}\n${text}{{- end }}\n`;
}
