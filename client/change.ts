import { annotations } from '../model/annotations.ts';
import type { PodTemplate, StatefulSet } from '../model/objects.ts';
import { changeCause } from './history.ts';
import { type MergePatch, mergePatchOf } from './merge-patch.ts';
import type { OperationHandle } from './operation.ts';
import type { RequestOptions } from './request.ts';

/** What a change makes of a set as it was just read. */
export interface Change {
  readonly patch?: MergePatch;
  readonly template?: PodTemplate;
  readonly replicas?: number;
  /** The patch was made from what was read, so it must meet just that: lists are replaced whole. */
  readonly guarded?: boolean;
  /** Nothing is asked of the set after all: it is not to remember the request either. */
  readonly withdrawn?: boolean;
}

/** The reason takes the place of a change cause that is there: what is written of the change before would be told of this one. */
export function causeOf({ metadata }: StatefulSet, { reason }: RequestOptions): MergePatch {
  const isStale = reason !== undefined && metadata.annotations?.[changeCause] !== undefined;
  return isStale ? { [changeCause]: reason } : {};
}

/** A request that had been made before changes nothing; it is about the set as it is. */
export function asIs({ spec }: StatefulSet, about: 'template' | 'replicas' | undefined): Change {
  if (about === undefined) return {};
  return about === 'template' ? { template: spec.template } : { replicas: spec.replicas ?? 1 };
}

export function abortOf({ metadata }: StatefulSet): Change {
  if (metadata.annotations?.[annotations.abort] !== undefined) return {};
  return { patch: { metadata: { annotations: { [annotations.abort]: new Date().toISOString() } } } };
}

export function toTemplate(set: StatefulSet, template: PodTemplate): Change {
  const patch = mergePatchOf(set.spec.template, template);
  return { template, guarded: true, ...(patch && { patch: { spec: { template: patch } } }) };
}

export function withRequest(patch: MergePatch, set: StatefulSet, request: MergePatch, guarded: boolean): MergePatch {
  const { metadata } = patch as { readonly metadata?: { readonly annotations?: MergePatch } };
  return {
    ...patch,
    metadata: {
      uid: set.metadata.uid,
      ...(guarded && { resourceVersion: set.metadata.resourceVersion }),
      annotations: { ...request, ...metadata?.annotations },
    },
  };
}

/** The change of somebody else that is not through. */
export function underWay({ metadata, status }: StatefulSet, by: string | undefined): OperationHandle['overtakes'] {
  const { [annotations.requestedBy]: other, [annotations.reason]: reason } = metadata.annotations ?? {};
  const isThrough =
    (status?.observedGeneration ?? 0) >= (metadata.generation ?? 0) &&
    status?.currentRevision === status?.updateRevision;
  if (isThrough || other === undefined || other === by) return undefined;
  return { by: other, ...(reason !== undefined && { reason }) };
}

export function isPaused(set: StatefulSet): boolean {
  return set.spec.paused === true || set.metadata.annotations?.[annotations.paused] === 'true';
}
