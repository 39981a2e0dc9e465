import { refusalCondition, type StatusInput } from './status-input.ts';
import { refusedTemplate, syncCondition, templateCondition } from './blocking.ts';
import { claimPods } from './claimed.ts';
import { isOwn } from './flavour.ts';
import { goJson } from './go-json.ts';
import { revisionOf } from './identity.ts';
import type { ClusterView, Condition, StatefulSetStatus } from './objects.ts';
import { isAvailable, isCreated, isRunningAndReady, isTerminating, rfc3339 } from './readiness.ts';
import { selectorString } from './selector.ts';
import { ownConditions } from './status-conditions.ts';

/**
 * The status of a set, from its pods (SS-20, SS-61, SS-95 to SS-97, SS-99).
 *
 * Pods that are going still count as replicas and as ready, but not as current or updated. Revisions are decisions and are taken as given.
 * Counters never contradict each other, observedGeneration and collisionCount never go back. Conditions and fields of others are kept.
 */
export function projectStatus(
  view: Pick<ClusterView, 'set' | 'pods'>,
  choice: { readonly current: string; readonly update: string; readonly collisionCount?: number },
  progress: StatusInput,
  nowMs: number,
): StatefulSetStatus {
  const { set } = view;
  const former = set.status ?? {};
  const counters = {
    observedGeneration: Math.max(former.observedGeneration ?? 0, progress.observedGeneration),
    ...countReplicas(view, choice, nowMs),
    currentRevision: choice.current,
    updateRevision: choice.update,
    collisionCount: Math.max(former.collisionCount ?? 0, choice.collisionCount ?? 0),
    ...(isOwn(set) && { selector: selectorString(set.spec.selector) }),
  };
  const conditions = ownConditions(set, counters, progress);
  const holds: Readonly<Record<string, boolean>> = {
    [refusalCondition]: !progress.settled,
    [syncCondition]: progress.busy === true,
    [templateCondition]: refusedTemplate(set) !== undefined,
  };
  const kept = (former.conditions ?? []).filter(({ type }) => holds[type] ?? true);
  return { ...former, ...counters, conditions: mergeConditions(kept, conditions, nowMs) };
}

/** Counted as upstream does (SS-96): pods outside of the window too, until they are gone. */
export function countReplicas(
  view: Pick<ClusterView, 'set' | 'pods'>,
  choice: { readonly current: string; readonly update: string },
  nowMs: number,
) {
  const pods = claimPods(view).claimed.filter(isCreated);
  const ready = pods.filter(isRunningAndReady);
  const staying = pods.filter((pod) => !isTerminating(pod));
  return {
    replicas: pods.length,
    readyReplicas: ready.length,
    availableReplicas: ready.filter((pod) => isAvailable(pod, view.set.spec.minReadySeconds ?? 0, nowMs)).length,
    currentReplicas: staying.filter((pod) => revisionOf(pod) === choice.current).length,
    updatedReplicas: staying.filter((pod) => revisionOf(pod) === choice.update).length,
  };
}

/** Is there no difference that a reader of the status could see? Zero counters may be absent; the order of conditions is free (SS-97). */
export function sameStatus(a: StatefulSetStatus | undefined, b: StatefulSetStatus | undefined): boolean {
  return goJson(visible(a)) === goJson(visible(b));
}

// The API server leaves out what is empty: a condition without a message comes back without the field.
function visible(status: StatefulSetStatus | undefined): unknown {
  const { conditions = [], collisionCount, ...fields } = status ?? {};
  const byType = Object.fromEntries(conditions.map((condition) => [condition.type, told(condition)]));
  return { ...told(fields), collisionCount, conditions: byType };
}

function told(fields: object): object {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined && value !== 0 && value !== ''),
  );
}

type Untimed = Omit<Condition, 'lastTransitionTime'>;

// Conditions keep their places, so that a projection of what was just written changes nothing.
function mergeConditions(former: readonly Condition[], own: readonly Untimed[], nowMs: number): readonly Condition[] {
  const now = rfc3339(nowMs);
  const renew = (next: Untimed, last?: Condition): Condition => ({
    ...next,
    lastTransitionTime: last?.status === next.status ? (last.lastTransitionTime ?? now) : now,
  });
  const kept = former.map((last) => {
    const next = own.find(({ type }) => type === last.type);
    return next === undefined ? last : renew(next, last);
  });
  const added = own.filter(({ type }) => !former.some((last) => last.type === type));
  return [...kept, ...added.map((next) => renew(next))];
}
