export { OrdinalClient, type ConnectOptions } from './ordinal-client.ts';
export { StatefulSetHandle, type DeleteOptions, type UndoneOperation } from './set-handle.ts';
export type { OperationHandle, Progress, ResultOptions } from './operation.ts';
export type { Outcome } from './outcome.ts';
export type { RequestOptions } from './request.ts';
export type { ApplyOptions, Manifest } from './apply-set.ts';
export type { Converted, ConvertOptions } from './convert-set.ts';
export type { RolloutChange } from './rollout-change.ts';
export type { MergePatch } from './merge-patch.ts';
export type { Phase, PodSummary, RevisionSummary, SetSummary } from './summary.ts';
export type { HistoryEntry } from './history.ts';
export type { PlannedStep, PlannedWork } from './planned-work.ts';
export type { Explanation } from './explain.ts';
export type { Run, TemporalConnection } from './temporal.ts';
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
