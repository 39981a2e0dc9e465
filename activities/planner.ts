import type { ClusterCache } from '../kube/cluster-cache.ts';
import { setKeyText } from '../kube/set-key.ts';
import { type Chore, choresOf } from '../model/chores.ts';
import type { ClusterView, SetKey } from '../model/objects.ts';
import { type Plan, plan } from '../model/plan.ts';
import { chooseRevisions, type RevisionChoice, revisionNames } from '../model/revisions.ts';
import { isAtStandstill, standstill } from '../model/standstill.ts';

/** A set as this worker sees it now, and what that means. */
export interface Look {
  readonly view: ClusterView;
  readonly choice: RevisionChoice;
  readonly chores: readonly Chore[];
  readonly plan: Plan;
  /** The plan as it would be if the set were not at a standstill: what repair goes by. */
  readonly unhindered: Plan;
}

interface Remembered extends Look {
  readonly version: number;
  readonly revisionsKey: string;
}

export interface Planner {
  /** Undefined when there is no such set. */
  look(key: SetKey): Look | undefined;
  /** Sets of which something has changed within the last second. */
  setsAstir(): number;
}

const astirMs = 1_000;

export interface PlannerOptions {
  /** Steps of an ordered set that are under way at once; default 4. */
  readonly lookAhead?: number;
}

/** Plans on the cache, once for each version of a set, for everybody in this process who asks. */
export function createPlanner(cache: ClusterCache, clock: () => number, options: PlannerOptions = {}): Planner {
  const remembered = new Map<string, Remembered>();
  /** When something of a set last changed, the longest ago first. */
  const changedAt = new Map<string, number>();
  const calm = (now: number) => {
    for (const [text, at] of changedAt) {
      if (at <= now && now - at <= astirMs) break;
      changedAt.delete(text);
    }
  };
  cache.onAnyChange((key) => {
    const text = setKeyText(key);
    if (cache.view(key) === undefined) remembered.delete(text);
    const now = clock();
    changedAt.delete(text);
    changedAt.set(text, now);
    calm(now);
  });
  return {
    setsAstir() {
      calm(clock());
      return changedAt.size;
    },
    look(key) {
      const text = setKeyText(key);
      const view = cache.view(key);
      if (view === undefined) {
        remembered.delete(text);
        return undefined;
      }
      const version = cache.version(key);
      const now = clock();
      const former = remembered.get(text);
      const isOld = former !== undefined && former.plan.wakeAt !== undefined && former.plan.wakeAt <= now;
      if (former?.version === version && !isOld) return former;
      const revisionsKey = revisionsKeyOf(view);
      const choice = former?.revisionsKey === revisionsKey ? former.choice : chooseRevisions(view);
      const wanted = plan(view, revisionNames(choice), now, options.lookAhead);
      const look = {
        view,
        choice,
        chores: choresOf(view, choice),
        plan: isAtStandstill(view, choice) ? standstill(wanted) : wanted,
        unhindered: wanted,
      };
      remembered.set(text, { ...look, version, revisionsKey });
      return look;
    },
  };
}

/** Everything that the choice of revisions depends on: serialising a template is too much work for each event of a pod. */
function revisionsKeyOf({ set, revisions }: ClusterView): string {
  const { uid, generation } = set.metadata;
  const { currentRevision, collisionCount } = set.status ?? {};
  const versions = revisions.map(({ metadata }) => `${metadata.name}@${metadata.resourceVersion}`);
  return [uid, generation, currentRevision, collisionCount, ...versions].join(' ');
}
