import { expect, it } from 'vitest';
import { chooseRevisions } from './revisions.ts';
import { choresOf } from './chores.ts';
import { type CoveredKey, judge } from './judge.ts';
import { aPod, aRevision, aSet, aView, epoch, readyStatus } from './objects.fixture.ts';
import type { ClusterView, StatefulSetSpec } from './objects.ts';
import { plan } from './plan.ts';

const names = { current: 'A', update: 'B' };
const now = epoch + 1_000_000;
const starting = { phase: 'Pending' } as const;

function viewOf(size: number, spec: Partial<StatefulSetSpec>, condemned: number): ClusterView {
  const set = aSet({ replicas: size - condemned, ...spec }, { observedGeneration: 1 });
  const pods = Array.from({ length: size }, (_, ordinal) =>
    aPod(set, ordinal, { revision: ordinal % 2 ? 'A' : 'B', status: ordinal % 3 ? readyStatus() : starting }),
  );
  return aView(set, { pods, revisions: [aRevision(set, 1)] });
}

/** The least of several measurements, in ms: what the work costs when nothing disturbs it. */
function cost(work: () => void): number {
  const times = Array.from({ length: 7 }, () => {
    const start = performance.now();
    work();
    return performance.now() - start;
  });
  return Math.min(...times);
}

it.each<[string, Partial<StatefulSetSpec>, number]>([
  ['an ordered set', {}, 0],
  ['a parallel set', { podManagementPolicy: 'Parallel' }, 0],
  ['a set that is recreated, half of it condemned', { updateStrategy: { type: 'Recreate' } }, 0.5],
  ['a parallel set, half of it condemned', { podManagementPolicy: 'Parallel' }, 0.5],
])(
  'planning, and judging the steps under way, costs in proportion to the pods: %s',
  { retry: 2 },
  (_, spec, condemned) => {
    const planner = (size: number) => {
      const view = viewOf(size, spec, size * condemned);
      const choice = chooseRevisions(view);
      return () => {
        const planned = plan(view, names, now);
        choresOf(view, choice);
        for (const step of planned.steps.slice(0, planned.window)) {
          const covered = new Set(step.ordinals.map((ordinal): CoveredKey => `${step.verb} ${ordinal}`));
          for (const ordinal of step.ordinals) judge(planned, step, ordinal, covered);
        }
      };
    };
    const [small, large] = [planner(1_000), planner(10_000)];
    const tenSmall = cost(() => {
      for (let round = 0; round < 10; round++) small();
    });
    // The same number of pods in one set as in ten: as much work where the cost is linear, ten times as much where it is quadratic.
    expect(cost(large) / tenSmall).toBeLessThan(3);
  },
);
