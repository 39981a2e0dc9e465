import { expect, it } from 'vitest';
import type { ClusterCache } from '../kube/cluster-cache.ts';
import type { SetKey } from '../model/objects.ts';
import { createPlanner } from './planner.ts';

it('counts the sets of which something has changed within the last second, also when the clock is set back', () => {
  let changed: (key: SetKey) => void = () => undefined;
  let now = 100_000;
  const cache = {
    view: () => undefined,
    onAnyChange: (listener: typeof changed) => {
      changed = listener;
      return () => undefined;
    },
  } as unknown as ClusterCache;
  const planner = createPlanner(cache, () => now);
  const change = (name: string) => changed({ flavour: 'apps/v1', namespace: 'shop', name });
  const astir = (after: number) => {
    now += after;
    return planner.setsAstir();
  };
  expect(astir(0)).toBe(0);
  for (const name of ['a', 'b', 'a']) change(name);
  expect(astir(600)).toBe(2);
  change('a');
  expect(astir(600)).toBe(1);
  expect(astir(600)).toBe(0);
  change('a');
  expect(astir(-5_000)).toBe(0);
});
