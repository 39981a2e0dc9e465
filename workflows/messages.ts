import type { SignalDefinition } from '@temporalio/common';
import type { Counts, Operation, Step } from '../model/plan.ts';
import type { SetFlavour } from '../model/objects.ts';
import type { Waiting } from '../model/waiting.ts';

/** A set of one cluster. `uid` pins one life of it: a set that was deleted and made again is another one. */
export interface SetRef {
  /** uid of the cluster's kube-system namespace. */
  readonly cluster: string;
  readonly flavour: SetFlavour;
  readonly namespace: string;
  readonly name: string;
  readonly uid?: string;
}

/** Highest resourceVersion of each kind that this operation has written or read: later steps look at nothing older. */
export interface Seen {
  readonly pods?: string;
  readonly claims?: string;
  readonly revisions?: string;
  readonly sets?: string;
}

/** What `planNext` found: the state of the set and the next steps, at most 64. Names and counts only, never a template. */
export interface NextSteps {
  readonly uid: string;
  readonly generation: number;
  readonly operation: Operation | undefined;
  /** Name of the update revision. */
  readonly revision: string;
  readonly steps: readonly Step[];
  /** Ordinals that are left in all, these steps included. */
  readonly remaining: number;
  /** Steps that may be under way at once. */
  readonly window: number;
  /** Steps at work at once; the others under way wait for their turn. */
  readonly abreast: number;
  /** Whether at least one step could act right now. */
  readonly canAct: boolean;
  readonly waiting?: Waiting;
  /** The hold that keeps ordinals from being updated or removed; an abort also while something is left that it does not keep. */
  readonly held?: 'paused' | 'aborted';
  readonly counts: Counts;
  /** The update is through and is to be made the current revision; or, in a deletion, all pods are gone. */
  readonly complete: boolean;
  readonly seen: Seen;
}

export interface PlanNextInput {
  readonly set: SetRef;
  readonly seen: Seen;
}

export interface StepInput {
  readonly set: SetRef;
  readonly step: Step;
  /** The steps under way before this one. */
  readonly ahead: readonly Pick<Step, 'verb' | 'ordinals'>[];
  readonly seen: Seen;
}

export interface StepResult {
  /**
   * `settled`: all ordinals are where they should be. `waiting`: nothing to do but wait, and it took too long to hold a slot for it.
   * `stuck`: as waiting, and it will not pass by itself. `stale`: the plan has changed.
   */
  readonly outcome: 'settled' | 'waiting' | 'stuck' | 'stale';
  readonly why?: string;
  readonly waiting?: Waiting;
  readonly wrote: Seen;
}

export interface CompleteInput {
  readonly set: SetRef;
  readonly operation: Operation;
  readonly revision: string;
  readonly seen: Seen;
}

export interface OperationInput {
  readonly set: SetRef;
  readonly operation: Operation;
  readonly revision: string;
  /** The plan that started the operation, so that it begins without asking again. */
  readonly plan?: NextSteps;
  readonly seen: Seen;
  /** Ordinals settled or removed so far, carried over a continue-as-new. */
  readonly done: number;
}

export interface OperationResult {
  readonly outcome: 'completed' | 'superseded' | 'aborted' | 'gone';
  /** Ordinals settled or removed. */
  readonly done: number;
  readonly revision: string;
  readonly generation: number;
}

/** Something about the set has changed that its workflow may not know of. Says nothing more: the workflow looks for itself. */
export const changed = { type: 'signal', name: 'changed' } as SignalDefinition;

/** The workflow types, each the name of its function. */
export const workflowTypes = {
  statefulSet: 'statefulSet',
  rollout: 'rollout',
  scale: 'scale',
  repair: 'repair',
  deletion: 'deletion',
} as const;

/** One task queue a cluster. */
export function taskQueueOf(cluster: string): string {
  return `ordinal/${cluster}`;
}

/** The id of a set's entity workflow. */
export function entityId(set: SetRef): string {
  return `sts/${set.cluster}/${set.namespace}/${set.name}`;
}

/** The id of the operation of a set, whatever it does: the same for all, so that Temporal itself holds a set to one at a time. */
export function operationId(set: SetRef): string {
  return `${entityId(set)}/operation`;
}
