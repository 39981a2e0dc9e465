/** What people keep secrets in, of a container and of its hooks and probes. */
interface Container {
  readonly name?: string;
  readonly image?: string;
  readonly env?: readonly { readonly name?: string; readonly value?: string }[];
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly [probeOrHook: string]: unknown;
}

interface Template {
  readonly metadata?: {
    readonly annotations?: Readonly<Record<string, string>>;
    readonly labels?: Readonly<Record<string, string>>;
  };
  readonly spec?: {
    readonly containers?: readonly Container[];
    readonly initContainers?: readonly Container[];
    readonly ephemeralContainers?: readonly Container[];
    readonly volumes?: readonly object[];
  };
}

/** A shorter value is no secret, and hiding it would make messages unreadable. */
const shortestSecret = 4;
const concealed = '***';
const containerKinds = ['containers', 'initContainers', 'ephemeralContainers'] as const;
const hooksAndProbes = ['lifecycle', 'livenessProbe', 'readinessProbe', 'startupProbe'];
/** Fields of a volume that name a thing, or say what kind it is. */
const naming = /^(name|.*Name|key|type|kind|fsType|medium|apiGroup|apiVersion)$/;

/**
 * Hides, in what others say about an object, the values of its pod template: of environment variables, arguments, annotations, probes and
 * volumes. The API server, admission policies and kubelets quote what they do not like, and their words go into conditions, events, logs and
 * histories. Names, images and labels stay. `object` is a pod, or whatever has a pod template where the kinds of Kubernetes have one.
 */
export function concealing(object: unknown): (text: string) => string {
  let pattern: RegExp | undefined;
  return (text) => (text === '' ? text : text.replaceAll((pattern ??= patternOf(object)), concealed));
}

function patternOf(object: unknown): RegExp {
  const templates = templatesOf(object);
  const names = templates.flatMap(namesIn);
  const isName = (value: string) => names.some((name) => name.includes(value));
  const values = templates.flatMap(valuesOf).filter((value) => !isName(value));
  const written = values.flatMap((value) => [value, JSON.stringify(value).slice(1, -1)]);
  const secrets = [...new Set(written)].filter(({ length }) => length >= shortestSecret);
  if (secrets.length === 0) return /(?!)/g;
  // Longer ones first: one may be a part of another.
  const alternatives = secrets
    .toSorted((a, b) => b.length - a.length)
    .map((secret) => secret.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, '\\$&'));
  return new RegExp(`(?<![A-Za-z0-9])(?:${alternatives.join('|')})(?![A-Za-z0-9])`, 'g');
}

function templatesOf(object: unknown): readonly Template[] {
  const { spec, template, data } = (object ?? {}) as {
    readonly spec?: Template['spec'] & { readonly template?: Template };
    readonly template?: Template;
    readonly data?: { readonly spec?: { readonly template?: Template } };
  };
  const isPod = spec?.containers !== undefined;
  return [isPod ? (object as Template) : undefined, spec?.template, template, data?.spec?.template].filter(
    (found) => found !== undefined,
  );
}

function valuesOf({ metadata, spec = {} }: Template): readonly string[] {
  const containers = containerKinds.flatMap((kind) => spec[kind] ?? []);
  const words = containers.flatMap(({ command = [], args = [] }) => [...command, ...args]);
  return [
    ...Object.values(metadata?.annotations ?? {}),
    ...containers.flatMap(({ env = [] }) => env.flatMap(({ value }) => value ?? [])),
    ...words,
    // --password=... is quoted in part as well.
    ...words.flatMap((word) => /^[^=]+=(.*)$/s.exec(word)?.[1] ?? []),
    ...containers.flatMap((container) => hooksAndProbes.flatMap((field) => stringsIn(container[field]))),
    ...(spec.volumes ?? []).flatMap(stringsIn),
  ];
}

/** What is told to everybody: a value that is a part of it is no secret. */
function namesIn({ metadata, spec = {} }: Template): readonly string[] {
  const containers = containerKinds.flatMap((kind) => spec[kind] ?? []);
  const told = containers.flatMap(({ name, image, env = [] }) => [
    name,
    image,
    ...env.map((variable) => variable.name),
  ]);
  return [...told.filter((name) => name !== undefined), ...Object.values(metadata?.labels ?? {})];
}

function stringsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([field, part]) => (naming.test(field) ? [] : stringsIn(part)));
}
