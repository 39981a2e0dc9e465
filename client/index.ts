/**
 * Sets and the operations on them, from code: `import { OrdinalClient } from 'ordinal-k8s/client'`. The guide is docs/sdk.md.
 *
 * @module client
 */
export { OrdinalClient, type ConnectOptions, type FoundSet } from './ordinal-client.ts';
export { StatefulSetHandle, type DeleteOptions, type UndoneOperation } from './set-handle.ts';
export type { OperationHandle, Progress, ResultOptions } from './operation.ts';
export type { Outcome } from './outcome.ts';
export type { RequestOptions } from './request.ts';
export type { ApplyOptions, Manifest } from './apply-set.ts';
export type { ClusterOptions } from './connect.ts';
export type { Converted, ConvertOptions } from './convert-set.ts';
export type { RolloutChange } from './rollout-change.ts';
export type { MergePatch } from './merge-patch.ts';
export type { Phase, PodSummary, RevisionSummary, SetSummary } from './summary.ts';
export type { HistoryEntry } from './history.ts';
export type { PlannedStep, PlannedWork } from './planned-work.ts';
export type { Explanation } from './explain.ts';
export type { Run, TemporalConnection, TemporalOptions } from './temporal.ts';
export { encryptedPayloads } from './encrypted-payloads.ts';
export type { ConvertedSet } from '../model/conversion.ts';
export type {
  ClaimTemplate,
  Condition,
  LabelSelector,
  LabelSelectorRequirement,
  ObjectMeta,
  OwnerReference,
  PodSpec,
  PodTemplate,
  RetentionPolicy,
  SetFlavour,
  SetKey,
  StatefulSet,
  StatefulSetSpec,
  StatefulSetStatus,
  Volume,
} from '../model/objects.ts';
export type { Counts, Operation } from '../model/plan.ts';
export type { SlotState } from '../model/slots.ts';
export type { TroubleReason } from '../model/trouble.ts';
export type { Waiting, WaitingReason } from '../model/waiting.ts';
export {
  ConflictError,
  ForbiddenError,
  InvalidError,
  NotFoundError,
  OrdinalError,
  UnreachableError,
  type FieldProblem,
  type OrdinalErrorCode,
} from './errors.ts';
