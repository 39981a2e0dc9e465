import { aPod, aRevision, aSet, aTemplate, aView, epoch } from '../model/objects.fixture.ts';
import type { Pod, PodStatus, StatefulSet, StatefulSetStatus } from '../model/objects.ts';
import { lookAt, type SetLook } from './set-view.ts';

/** Looks at the set `web` of three pods, at revision 2 (image web:2) after revision 1 (web:1), for tests. */
export const now = epoch + 600_000;

const [first, second] = [1, 2].map((number) => aRevision(aSet(), number, aTemplate(`web:${number}`)));
export const oldName = first?.metadata.name ?? '';
export const newName = second?.metadata.name ?? '';

export interface Situation {
  readonly spec?: Partial<StatefulSet['spec']>;
  readonly status?: StatefulSetStatus;
  readonly meta?: Partial<StatefulSet['metadata']>;
  /** By ordinal: at which revision the pod is (or `none`), and in which state. */
  readonly pods?: readonly ('old' | 'new' | 'none' | { readonly status: PodStatus })[];
}

export function aLook({ spec, status, meta, pods = ['new', 'new', 'new'] }: Situation = {}): SetLook {
  const settled = { observedGeneration: 1, currentRevision: newName, updateRevision: newName };
  const set = aSet({ template: aTemplate('web:2'), ...spec }, { ...settled, ...status }, meta);
  const made = pods.flatMap((pod, ordinal): Pod[] => {
    if (pod === 'none') return [];
    const revision = pod === 'old' ? oldName : newName;
    return [aPod(set, ordinal, { revision, ...(typeof pod === 'object' && { status: pod.status }) })];
  });
  const revisions = [first, second].filter((revision) => revision !== undefined);
  return lookAt(aView(set, { pods: made, revisions }), now);
}

export const pullFails: PodStatus = {
  phase: 'Pending',
  startTime: '2026-01-01T00:05:00Z',
  conditions: [{ type: 'Ready', status: 'False', lastTransitionTime: '2026-01-01T00:05:00Z' }],
  containerStatuses: [
    { name: 'web', ready: false, state: { waiting: { reason: 'ImagePullBackOff', message: 'no such image' } } },
  ],
};
