import { newPod, podName, setOwnerReference } from './identity.ts';
import type {
  Claim,
  ClusterView,
  Condition,
  ControllerRevision,
  Pod,
  PodStatus,
  PodTemplate,
  StatefulSet,
  StatefulSetSpec,
  StatefulSetStatus,
} from './objects.ts';
import { newRevision } from './revisions.ts';

/** Objects for the unit tests of the model: the set `web` in namespace `shop`, born at `epoch`. */
export const epoch = Date.parse('2026-01-01T00:00:00Z');

/** RFC 3339, `seconds` after `epoch`. */
export function at(seconds: number): string {
  return new Date(epoch + seconds * 1000).toISOString().replace('.000Z', 'Z');
}

export function aTemplate(image = 'web:1'): PodTemplate {
  return { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'web', image }] } };
}

export function aSet(
  spec: Partial<StatefulSetSpec> = {},
  status?: StatefulSetStatus,
  meta: Partial<StatefulSet['metadata']> = {},
): StatefulSet {
  return {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: { name: 'web', namespace: 'shop', uid: 'set-uid', resourceVersion: '1', generation: 1, ...meta },
    spec: { replicas: 3, selector: { matchLabels: { app: 'web' } }, template: aTemplate(), ...spec },
    status,
  };
}

export function aPod(
  set: StatefulSet,
  ordinal: number,
  of: { readonly revision?: string; readonly status?: PodStatus; readonly meta?: Partial<Pod['metadata']> } = {},
): Pod {
  const pod = newPod({ set, revision: of.revision ?? 'web-a', template: set.spec.template, ordinal });
  const uid = `${podName(set, ordinal)}-uid`;
  return {
    ...pod,
    metadata: { ...pod.metadata, uid, resourceVersion: '1', creationTimestamp: at(0), ...of.meta },
    status: of.status ?? readyStatus(),
  };
}

export function readyStatus(since = 10): PodStatus {
  return {
    phase: 'Running',
    startTime: at(0),
    conditions: [aCondition('Initialized', 'True', 1), aCondition('Ready', 'True', since)],
    containerStatuses: [{ name: 'web', ready: true, state: { running: { startedAt: at(1) } } }],
  };
}

export function aCondition(type: string, status: Condition['status'], since: number): Condition {
  return { type, status, lastTransitionTime: at(since) };
}

export function aClaim(name: string, meta: Partial<Claim['metadata']> = {}): Claim {
  return { metadata: { name, namespace: 'shop', uid: `${name}-uid`, resourceVersion: '1', ...meta } };
}

export function aRevision(
  set: StatefulSet,
  number: number,
  template: PodTemplate = set.spec.template,
  meta: Partial<ControllerRevision['metadata']> = {},
): ControllerRevision {
  const revision = newRevision({ set, template, revision: number, collisionCount: 0 });
  return {
    ...revision,
    metadata: {
      ...revision.metadata,
      ownerReferences: [setOwnerReference(set)],
      uid: `${revision.metadata.name}-uid`,
      resourceVersion: '1',
      creationTimestamp: at(number),
      ...meta,
    },
  };
}

export function aView(set: StatefulSet, of: Partial<ClusterView> = {}): ClusterView {
  return { set, pods: [], claims: new Map(), revisions: [], ...of };
}
