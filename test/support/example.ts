import { readFile } from 'node:fs/promises';
import { parseAllDocuments, stringify } from 'yaml';

/** A manifest's object, free to be changed before it is applied. */
export interface Manifest {
  apiVersion: string;
  readonly kind: string;
  metadata: { name: string; namespace?: string; annotations?: Record<string, string> };
  spec?: Record<string, unknown>;
}

const clusterWide = new Set(['PersistentVolume', 'StorageClass', 'ClusterRoleBinding']);

export interface ExampleOptions {
  /** Default: `apps/v1`, as written. */
  readonly apiVersion?: 'apps/v1' | 'ordinal.dev/v1';
  readonly file?: string;
}

/** The objects of an example, without its namespace and with every namespaced object moved to `namespace`. */
export async function readExample(
  folder: string,
  namespace: string,
  { apiVersion = 'apps/v1', file = 'manifest.yaml' }: ExampleOptions = {},
): Promise<Manifest[]> {
  const text = await readFile(new URL(`../../examples/${folder}/${file}`, import.meta.url), 'utf8');
  const all = parseAllDocuments(text).map((document) => document.toJS() as Manifest);
  for (const object of all) {
    if (!clusterWide.has(object.kind)) object.metadata.namespace = namespace;
    if (object.kind === 'StatefulSet') object.apiVersion = apiVersion;
    const scaled = object.spec?.scaleTargetRef as { kind: string; apiVersion: string } | undefined;
    if (scaled?.kind === 'StatefulSet') scaled.apiVersion = apiVersion;
  }
  return all.filter(({ kind }) => kind !== 'Namespace');
}

export function toYaml(objects: readonly Manifest[]): string {
  return objects.map((object) => stringify(object)).join('---\n');
}

/** Leaves out volumes of the whole cluster and fixed node ports, which two tests side by side cannot both have. */
export function withoutClusterWide(objects: readonly Manifest[]): Manifest[] {
  const kept = objects.filter(({ kind }) => !clusterWide.has(kind));
  for (const { kind, spec } of kept) if (kind === 'Service' && spec?.type === 'NodePort') delete spec.type;
  for (const { spec } of kept)
    for (const port of (spec?.ports as { nodePort?: number }[] | undefined) ?? []) delete port.nodePort;
  return kept;
}

/** Puts annotations on the sets. */
export function annotated(objects: readonly Manifest[], annotations: Record<string, string>): Manifest[] {
  return changed(objects, ({ metadata }) => (metadata.annotations = { ...metadata.annotations, ...annotations }));
}

/** Puts annotations on the pods of the sets: how the simulated kubelet treats them. */
export function withPods(objects: readonly Manifest[], annotations: Record<string, string>): Manifest[] {
  return changed(objects, ({ spec }) => {
    const { metadata } = (spec?.template ?? {}) as Partial<Pick<Manifest, 'metadata'>>;
    if (metadata !== undefined) metadata.annotations = { ...metadata.annotations, ...annotations };
  });
}

/** Changes the spec of the sets. */
export function withSpec(objects: readonly Manifest[], spec: Record<string, unknown>): Manifest[] {
  return changed(objects, (set) => (set.spec = { ...set.spec, ...spec }));
}

function changed(objects: readonly Manifest[], change: (set: Manifest) => void): Manifest[] {
  const copies = structuredClone([...objects]);
  for (const object of copies) if (object.kind === 'StatefulSet') change(object);
  return copies;
}
