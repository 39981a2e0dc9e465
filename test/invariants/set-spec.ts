import type { StatefulSet } from './objects.ts';

const annotation = (set: StatefulSet, name: string) => set.metadata.annotations?.[`ordinal.dev/${name}`];

/** Ordinals [first, end). */
export interface Window {
  readonly first: number;
  readonly end: number;
}

export function windowOf({ spec }: StatefulSet): Window {
  const first = spec.ordinals?.start ?? 0;
  return { first, end: first + (spec.replicas ?? 1) };
}

export function ordinalsOf(set: StatefulSet): readonly number[] {
  const { first, end } = windowOf(set);
  return Array.from({ length: end - first }, (_, i) => first + i);
}

/** In the window of a set that is not being deleted. */
export function wants(set: StatefulSet, ordinal: number): boolean {
  const { first, end } = windowOf(set);
  return !isDeleted(set) && ordinal >= first && ordinal < end;
}

export function isDeleted(set: StatefulSet): boolean {
  return set.metadata.deletionTimestamp !== undefined;
}

export function isOrdered({ spec }: StatefulSet): boolean {
  return spec.podManagementPolicy !== 'Parallel';
}

export function strategyOf({ spec }: StatefulSet): string {
  return spec.updateStrategy?.type ?? 'RollingUpdate';
}

/** The first ordinal that an update may touch: the partition counts from the start of the window. */
export function firstUpdated(set: StatefulSet): number {
  return windowOf(set).first + (set.spec.updateStrategy?.rollingUpdate?.partition ?? 0);
}

/** A percentage is of the replicas and rounds down; at least 1. */
export function maxUnavailableOf({ spec }: StatefulSet): number {
  const value = spec.updateStrategy?.rollingUpdate?.maxUnavailable ?? 1;
  const count =
    typeof value === 'number' ? value : Math.floor(((spec.replicas ?? 1) * Number.parseInt(value, 10)) / 100);
  return Math.max(1, count);
}

export function isOwnResource(set: StatefulSet): boolean {
  return set.apiVersion?.startsWith('ordinal.dev/') === true;
}

/** Pods that an update took down together may come back together. */
export function replacesInParallel(set: StatefulSet): boolean {
  const value = annotation(set, 'parallel-replace');
  return isOwnResource(set) ? value !== 'false' : value === 'true';
}

export function healsBroken(set: StatefulSet): boolean {
  return annotation(set, 'stuck-policy') !== 'Wait';
}

export function isPaused(set: StatefulSet): boolean {
  return set.spec.paused === true || annotation(set, 'paused') === 'true';
}

/** `apps/web` or `ordinal.dev/web`. */
export function titleOf(set: StatefulSet): string {
  return `${set.apiVersion?.split('/')[0] ?? 'apps'}/${set.metadata.name}`;
}
