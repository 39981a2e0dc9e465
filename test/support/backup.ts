import type { Scene } from './scene.ts';

interface Saved {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly spec?: Readonly<Record<string, unknown>>;
}

export type Kind = 'claims' | 'pods' | 'revisions' | 'sets';

/** What the API server has of a kind, as it is when a tool for backups has put it away and taken it out again: without status, uid and owner. */
export async function backup(scene: Scene, kind: Kind): Promise<readonly Saved[]> {
  const names = { claims: 'pvc', pods: 'pod', revisions: 'controllerrevision', sets: scene.kind } as const;
  const text = await scene.kubectl(['get', names[kind], '-o', 'json']);
  return (JSON.parse(text) as { readonly items: readonly Saved[] }).items
    .filter(({ metadata }) => metadata['name'] !== 'kube-root-ca.crt')
    .map(saved);
}

/** Creates them in the namespace of another scene. */
export async function restore(scene: Scene, objects: readonly Saved[]): Promise<void> {
  for (const { metadata, ...object } of objects)
    await scene.kubectl(
      ['create', '-f', '-'],
      JSON.stringify({ ...object, metadata: { ...metadata, namespace: scene.namespace } }),
    );
}

function saved({ metadata, ...object }: Saved & { readonly status?: unknown }): Saved {
  const {
    name,
    labels,
    annotations = {},
    finalizers,
  } = metadata as {
    readonly name: string;
    readonly labels?: object;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly finalizers?: readonly string[];
  };
  const { status: _, ...rest } = object;
  const { nodeName: __, volumeName: ___, ...spec } = rest.spec ?? {};
  const kept = Object.entries(annotations).filter(([key]) => !/(pv|volume)\.(beta\.)?kubernetes\.io\//.test(key));
  const ours = finalizers?.filter((each) => !each.startsWith('kubernetes.io/'));
  return {
    ...rest,
    ...(rest.spec && { spec }),
    metadata: { name, labels, annotations: Object.fromEntries(kept), ...(ours?.length && { finalizers: ours }) },
  };
}
