import { annotations } from './annotations.ts';
import type { RetentionPolicy, StatefulSet } from './objects.ts';

/** What a set asks for, with every default filled in and the differences of the two flavours resolved. */
export interface Desired {
  /** Number of pods wanted; default 1 (SS-1). */
  readonly replicas: number;
  /** First ordinal of the window; default 0 (SS-15). */
  readonly start: number;
  readonly management: 'OrderedReady' | 'Parallel';
  readonly strategy: 'RollingUpdate' | 'OnDelete' | 'Recreate';
  /** Whether `updateStrategy.rollingUpdate` is written at all; its absence changes SS-62. */
  readonly hasRollingBlock: boolean;
  /** Whether `ordinals.start` is written, so that the window may have moved (SS-88, SS-89). */
  readonly hasStart: boolean;
  /** Counted from `start` (SS-63). */
  readonly partition: number;
  /** Pods, at least 1; percentages round down (SS-10). */
  readonly maxUnavailable: number;
  readonly minReadySeconds: number;
  /** Negative: keep all (SS-50). */
  readonly revisionHistoryLimit: number;
  readonly whenDeleted: RetentionPolicy;
  readonly whenScaled: RetentionPolicy;
  readonly paused: boolean;
  /** Ends updates and scaling at the next safe point until lifted. */
  readonly aborted: boolean;
  /** Paused or aborted: no update, no scale-in, only repair. */
  readonly held: boolean;
  /** A broken pod of a former revision is replaced out of turn. */
  readonly healsBroken: boolean;
  /** A `Parallel` set replaces all its broken pods of former revisions at once, whatever the budget: they serve nobody (SS-79). */
  readonly healsTogether: boolean;
  readonly orderedDeletion: boolean;
  /** An OnDelete set, too, makes the update revision its current one when all pods have it (SS-82). */
  readonly promotesOnDelete: boolean;
  /** With maxUnavailable > 1, replaced pods come back together. */
  readonly parallelReplace: boolean;
}

/** Reads the spec of a set. The only place where the flavour of a set changes what is done (the table of the design). */
export function desiredOf(set: StatefulSet): Desired {
  const { spec } = set;
  const own = set.apiVersion.startsWith('ordinal.dev/');
  const notes = set.metadata.annotations ?? {};
  const flag = (key: string) => (own ? notes[key] !== 'false' : notes[key] === 'true');
  const replicas = spec.replicas ?? 1;
  const paused = spec.paused === true || notes[annotations.paused] === 'true';
  const aborted = notes[annotations.abort] !== undefined;
  const rolling = spec.updateStrategy?.rollingUpdate;
  return {
    replicas,
    start: spec.ordinals?.start ?? 0,
    management: spec.podManagementPolicy ?? 'OrderedReady',
    strategy: spec.updateStrategy?.type ?? 'RollingUpdate',
    hasRollingBlock: rolling !== undefined,
    hasStart: spec.ordinals?.start !== undefined,
    partition: rolling?.partition ?? 0,
    maxUnavailable: absolute(rolling?.maxUnavailable ?? 1, replicas),
    minReadySeconds: spec.minReadySeconds ?? 0,
    revisionHistoryLimit: spec.revisionHistoryLimit ?? 10,
    whenDeleted: spec.persistentVolumeClaimRetentionPolicy?.whenDeleted ?? 'Retain',
    whenScaled: spec.persistentVolumeClaimRetentionPolicy?.whenScaled ?? 'Retain',
    paused,
    aborted,
    held: paused || aborted,
    healsBroken: notes[annotations.stuckPolicy] !== 'Wait',
    healsTogether: own && spec.podManagementPolicy === 'Parallel',
    promotesOnDelete: own,
    orderedDeletion: flag(annotations.orderedDeletion),
    parallelReplace: flag(annotations.parallelReplace),
  };
}

function absolute(value: number | string, replicas: number): number {
  if (typeof value === 'number') return Math.max(1, value);
  return Math.max(1, Math.floor((Number.parseInt(value, 10) * replicas) / 100));
}
