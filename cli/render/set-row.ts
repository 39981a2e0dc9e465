import type { Phase } from '../../client/summary.ts';
import { annotations } from '../../model/annotations.ts';
import { syncCondition } from '../../model/blocking.ts';
import type { StatefulSet } from '../../model/objects.ts';
import { refusalCondition } from '../../model/status-input.ts';

/** What `list` tells of a set: read from its status alone, so that a long list takes one call. */
export interface SetRow {
  readonly namespace: string;
  readonly name: string;
  readonly apiVersion: string;
  readonly desired: number;
  readonly ready: number;
  readonly updated: number;
  readonly phase: Phase;
  /** Ordinals that are where they should be, and all, while a rollout is on: as far as the status tells. */
  readonly step?: string;
  readonly message?: string;
  readonly images: readonly string[];
  readonly createdAt?: string;
}

export function setRow({ apiVersion, metadata, spec, status = {} }: StatefulSet): SetRow {
  const desired = spec.replicas ?? 1;
  const { readyReplicas: ready = 0, updatedReplicas: updated = 0, availableReplicas: available = ready } = status;
  const rolls = status.currentRevision !== status.updateRevision;
  const partition = spec.updateStrategy?.rollingUpdate?.partition ?? 0;
  // Those below the partition stay as they are; one that is updated and not available yet is not done.
  const done = Math.max(
    0,
    Math.min(desired, updated + Math.min(partition, desired)) - Math.max(0, desired - available),
  );
  const story = status.conditions?.find(({ type }) => type === 'Progressing');
  return {
    namespace: metadata.namespace ?? '',
    name: metadata.name,
    apiVersion,
    desired,
    ready,
    updated,
    phase: phaseOf({ metadata, spec, status }),
    ...(rolls && { step: `${done}/${desired}` }),
    ...(story?.message !== undefined && { message: story.message }),
    images: (spec.template.spec.containers ?? []).flatMap(({ image }) => (image === undefined ? [] : [image])),
    ...(metadata.creationTimestamp !== undefined && { createdAt: metadata.creationTimestamp }),
  };
}

function phaseOf({ metadata, spec, status = {} }: Pick<StatefulSet, 'metadata' | 'spec' | 'status'>): Phase {
  const is = (type: string) => status.conditions?.find((condition) => condition.type === type)?.status;
  const notes = metadata.annotations ?? {};
  if (metadata.deletionTimestamp !== undefined) return 'Deleting';
  if (notes[annotations.abort] !== undefined) return 'Aborted';
  if (spec.paused === true || notes[annotations.paused] === 'true') return 'Paused';
  // A refusal keeps the newest generation from being done with.
  if (is(refusalCondition) === 'True' || is(syncCondition) === 'True') return 'Stuck';
  if ((status.observedGeneration ?? 0) < (metadata.generation ?? 0)) {
    return is('Progressing') === 'True' ? 'Progressing' : 'Pending';
  }
  if (is('Stalled') === 'True') return 'Stuck';
  const whole = is('Ready') ?? ((status.readyReplicas ?? 0) >= (spec.replicas ?? 1) ? 'True' : 'False');
  return whole === 'True' ? 'Healthy' : 'Progressing';
}
