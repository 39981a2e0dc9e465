import type { Claim, ControllerRevision, Pod, StatefulSet } from '../model/objects.ts';
import type { KubeObject } from './resources.ts';

export function pod(
  name: string,
  version: number,
  more: { readonly uid?: string; readonly namespace?: string } = {},
): Pod {
  return {
    metadata: {
      name,
      namespace: more.namespace ?? 'default',
      uid: more.uid ?? `uid-${name}`,
      resourceVersion: String(version),
    },
    spec: {},
  };
}

export function claim(name: string, version: number): Claim {
  return { metadata: { name, namespace: 'default', uid: `uid-${name}`, resourceVersion: String(version) } };
}

export function revision(name: string, version: number, ownerUid?: string): ControllerRevision {
  return {
    metadata: {
      name,
      namespace: 'default',
      uid: `uid-${name}`,
      resourceVersion: String(version),
      labels: { app: name.split('-')[0] ?? '' },
      ...(ownerUid !== undefined && {
        ownerReferences: [{ apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'x', uid: ownerUid, controller: true }],
      }),
    },
    data: { spec: { template: { $patch: 'replace', spec: {} } } },
    revision: 1,
  };
}

export function set(name: string, version: number, templates: readonly string[] = []): StatefulSet {
  return {
    apiVersion: 'ordinal.dev/v1',
    kind: 'StatefulSet',
    metadata: { name, namespace: 'default', uid: `uid-${name}`, resourceVersion: String(version) },
    spec: {
      selector: { matchLabels: { app: name } },
      template: { spec: {} },
      volumeClaimTemplates: templates.map((each) => ({ metadata: { name: each }, spec: {} })),
    },
  };
}

export function listOf(version: number, ...items: readonly KubeObject[]): object {
  return { kind: 'List', metadata: { resourceVersion: String(version) }, items };
}

export function bookmark(version: number): object {
  return { type: 'BOOKMARK', object: { metadata: { resourceVersion: String(version) } } };
}
