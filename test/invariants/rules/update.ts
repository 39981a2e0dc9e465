import { downByController, podOf, seemsAvailable, unavailable, type SetView } from '../availability.ts';
import type { Life } from '../lives.ts';
import type { Pod } from '../objects.ts';
import { isBroken, isReady, isTerminal, isTerminating, revisionOf } from '../pod-state.ts';
import {
  firstUpdated,
  healsBroken,
  isOrdered,
  isOwnResource,
  isPaused,
  maxUnavailableOf,
  ordinalsOf,
  strategyOf,
} from '../set-spec.ts';
import type { Finding } from '../violation.ts';
import { wantedRevisions } from '../wanted-revision.ts';

/** A pod of the window that runs or may yet run was deleted by the controller: only an update may do that. */
export function judgeUpdate(view: SetView, life: Life<Pod>, pod: Pod, ordinal: number): readonly Finding[] {
  const { set, world } = view;
  const wanted = wantedRevisions(world, view.life, set);
  const revision = revisionOf(pod) ?? '';
  if (ordinal >= firstUpdated(set) && wanted?.has(revision) === true) {
    return isReady(pod)
      ? [{ rule: 'restart-of-done', message: `a Ready pod at the wanted revision ${revision} was deleted` }]
      : [
          {
            rule: 'second-restart',
            message: `a pod at the wanted revision ${revision} was deleted before it was Ready`,
          },
        ];
  }
  const strategy = strategyOf(set);
  if (strategy === 'OnDelete') return [{ rule: 'on-delete', message: 'an update deleted it under OnDelete' }];
  if (isPaused(set)) return [{ rule: 'paused', message: 'an update deleted it while the set was paused' }];
  if (strategy === 'Recreate') return [];
  if (ordinal < firstUpdated(set)) {
    return [{ rule: 'partition', message: `an update deleted it; updates begin at ordinal ${firstUpdated(set)}` }];
  }
  const broken = healsBroken(set) && isBroken(life, view.moment.rv);
  // Parallel sets of our own resource take all stale pods that do no service at once, as Kubernetes 1.37 does.
  const idle = !isOrdered(set) && isOwnResource(set) && !seemsAvailable(view, ordinal);
  if (idle) return [];
  return [...(broken ? [] : judgeUpdateOrder(view, ordinal, wanted)), ...judgeBudget(view, ordinal, broken)];
}

function judgeUpdateOrder(view: SetView, ordinal: number, wanted: ReadonlySet<string> | undefined): readonly Finding[] {
  if (wanted === undefined) return [];
  const skipped = ordinalsOf(view.set).filter((other) => {
    const pod = other > ordinal ? podOf(view, other) : undefined;
    if (pod === undefined || isTerminating(pod) || isTerminal(pod)) return false;
    return !wanted.has(revisionOf(pod) ?? '');
  });
  if (skipped.length === 0) return [];
  return [
    {
      rule: 'update-order',
      message: `an update deleted it before higher ones that are still old: ${skipped.join(', ')}`,
    },
  ];
}

function judgeBudget(view: SetView, ordinal: number, broken: boolean): readonly Finding[] {
  const budget = maxUnavailableOf(view.set);
  const down = new Set([...unavailable(view), ordinal]);
  if (down.size <= budget) return [];
  // A broken pod served nobody: what counts is how many are down by deletions alone.
  const downByDeletion = new Set([...downByController(view), ordinal]);
  if (broken && downByDeletion.size <= budget) return [];
  const others = [...(broken ? downByDeletion : down)].filter((other) => other !== ordinal);
  return [
    {
      rule: 'max-unavailable',
      message: `an update deleted it while ${others.join(', ')} did no service; maxUnavailable is ${budget}`,
    },
  ];
}
