import { podKey, seemsAvailable, unavailable, type SetView } from '../availability.ts';
import type { Pod } from '../objects.ts';
import { revisionOf } from '../pod-state.ts';
import {
  firstUpdated,
  isDeleted,
  isOrdered,
  maxUnavailableOf,
  replacesInParallel,
  strategyOf,
  wants,
  windowOf,
} from '../set-spec.ts';
import type { Finding } from '../violation.ts';
import { wantedRevisions } from '../wanted-revision.ts';

/** What is wrong with the controller's creating this pod just now. */
export function judgeCreation(view: SetView, pod: Pod, ordinal: number): readonly Finding[] {
  return [...judgeWindow(view, ordinal), ...judgeOrder(view, ordinal), ...judgeRevision(view, pod, ordinal)];
}

function judgeWindow({ set }: SetView, ordinal: number): readonly Finding[] {
  if (wants(set, ordinal)) return [];
  const { first, end } = windowOf(set);
  const why = isDeleted(set) ? 'the set is being deleted' : `the set wants ordinals ${first} to ${end - 1}`;
  return [{ rule: 'window', message: `created although ${why}` }];
}

function judgeOrder(view: SetView, ordinal: number): readonly Finding[] {
  const { set } = view;
  if (!isOrdered(set) || !wants(set, ordinal)) return [];
  const waitsFor: number[] = [];
  for (let lower = windowOf(set).first; lower < ordinal; lower++) {
    if (!seemsAvailable(view, lower)) waitsFor.push(lower);
  }
  if (waitsFor.length === 0 || isComeBack(view, ordinal)) return [];
  return [
    {
      rule: 'ordered-start',
      message: `created while lower ordinals were not available: ${waitsFor.join(', ')}`,
    },
  ];
}

/** It was there before, may come back together with others, and no more are down than an update may take down. */
function isComeBack(view: SetView, ordinal: number): boolean {
  const { world, set, life, moment } = view;
  if (!replacesInParallel(set)) return false;
  const last = world.lastDeletion(podKey(view, ordinal), moment.rv)?.life;
  if (last?.versions.at(-1)?.object.metadata.ownerReferences?.some(({ uid }) => uid === life.uid) !== true)
    return false;
  return new Set([...unavailable(view), ordinal]).size <= maxUnavailableOf(set);
}

/**
 * From the partition up it is the wanted revision, below it the current one. Where the upstream rule goes by a count of replicas (an explicit
 * RollingUpdate without a block), either will do; for a set that has no revisions yet, any.
 */
function judgeRevision(view: SetView, pod: Pod, ordinal: number): readonly Finding[] {
  const { world, life, set } = view;
  const revision = revisionOf(pod);
  const rolling = set.spec.updateStrategy;
  if (revision === undefined || (rolling?.type === 'RollingUpdate' && rolling.rollingUpdate === undefined)) return [];
  const below = strategyOf(set) === 'RollingUpdate' && ordinal < firstUpdated(set);
  const current = set.status?.currentRevision;
  const right = below ? current && new Set([current]) : wantedRevisions(world, life, set);
  if (right === undefined || right === '' || right.has(revision)) return [];
  return [
    {
      rule: 'wrong-revision',
      message: `created at revision ${revision}; an ordinal ${below ? 'below' : 'not below'} the partition belongs at ${[...right].join(' or ')}`,
    },
  ];
}
