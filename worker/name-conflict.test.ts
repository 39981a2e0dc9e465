import { describe, expect, it } from 'vitest';
import type { ClusterCache } from '../kube/cluster-cache.ts';
import type { KubeClient } from '../kube/client.ts';
import type { Resource } from '../kube/resources.ts';
import { annotations } from '../model/annotations.ts';
import { aSet, at } from '../model/objects.fixture.ts';
import type { Condition, SetFlavour, SetKey, StatefulSet } from '../model/objects.ts';
import { createNameGuard } from './name-conflict.ts';

const flavours = { native: 'apps/v1', own: 'ordinal.dev/v1' } as const;
type Side = keyof typeof flavours;

const keyOf = (side: Side): SetKey => ({ flavour: flavours[side], namespace: 'shop', name: 'web' });

/** A guard beside an API server that holds at most one set of each API. */
function startGuard() {
  const served = new Map<SetFlavour, StatefulSet>();
  /** What was found is answered when the test says so. */
  let answering: Promise<void> = Promise.resolve();
  const cache = {
    view: ({ flavour }: SetKey) => {
      const set = served.get(flavour);
      return set && { set, pods: [], claims: new Map(), revisions: [] };
    },
    observe: (_: 'sets', set: StatefulSet) => void served.set(set.apiVersion as SetFlavour, set),
  } as unknown as ClusterCache;
  const client = {
    find: async ({ group }: Resource) => {
      const found = served.get(group === 'apps' ? 'apps/v1' : 'ordinal.dev/v1');
      await answering;
      return found;
    },
    replaceStatus: async (_: unknown, __: string, ___: string, body: StatefulSet) => body,
  } as unknown as KubeClient;
  const onProblem = (problem: unknown) => {
    throw problem;
  };
  const guard = createNameGuard({ cache, client, clock: () => 0, onProblem });
  return {
    create(side: Side, uid: string, bornAt = 0, replaces?: string) {
      const notes = replaces === undefined ? {} : { annotations: { [annotations.replaces]: `${replaces} web-a` } };
      const set = aSet({}, undefined, { uid, creationTimestamp: at(bornAt), ...notes });
      served.set(flavours[side], { ...set, apiVersion: flavours[side] });
    },
    remove: (side: Side) => served.delete(flavours[side]),
    /** Puts on a set what was true of it once. */
    sayTaken(side: Side) {
      const set = served.get(flavours[side]) ?? aSet();
      const condition: Condition = { type: 'NameConflict', status: 'True', reason: 'NameTaken', message: 'taken' };
      served.set(flavours[side], { ...set, status: { replicas: 0, conditions: [condition] } });
    },
    mayServe: (side: Side) => guard.mayServe(keyOf(side)),
    saysTaken: (side: Side) =>
      served.get(flavours[side])?.status?.conditions?.some(({ type }) => type === 'NameConflict') === true,
    /** Holds all answers back until what is returned is called. */
    hold() {
      let release = () => {};
      answering = new Promise((resolve) => (release = resolve));
      return () => release();
    },
  };
}

const sides: readonly (readonly [Side, Side])[] = [
  ['native', 'own'],
  ['own', 'native'],
];

describe('of two sets of one name', () => {
  it.each(sides)('the older one is served: %s before %s', async (first, second) => {
    const guard = startGuard();
    guard.create(first, 'a', 0);
    guard.create(second, 'b', 1);
    expect([await guard.mayServe(first), await guard.mayServe(second)]).toEqual([true, false]);
    expect([guard.saysTaken(first), guard.saysTaken(second)]).toEqual([false, true]);
  });

  it.each(sides)('the one that is served already stays so, of the same second too: %s', async (first, second) => {
    const guard = startGuard();
    guard.create(first, 'a');
    expect(await guard.mayServe(first)).toBe(true);
    guard.create(second, 'b');
    expect([await guard.mayServe(first), await guard.mayServe(second)]).toEqual([true, false]);
    expect(guard.saysTaken(second)).toBe(true);
  });

  it.each(sides)(
    'one that takes the place of the other comes after it, of the same second too: %s',
    async (...pair) => {
      const [first, second] = pair;
      const guard = startGuard();
      guard.create(first, 'a');
      guard.create(second, 'b', 0, 'a');
      expect([await guard.mayServe(second), await guard.mayServe(first)]).toEqual([false, true]);
      expect([guard.saysTaken(first), guard.saysTaken(second)]).toEqual([false, true]);
    },
  );

  it('the native one is served where nothing else tells them apart', async () => {
    const guard = startGuard();
    guard.create('native', 'a');
    guard.create('own', 'b');
    expect([await guard.mayServe('own'), await guard.mayServe('native')]).toEqual([false, true]);
  });

  it('the later one is served when the first is gone, and says so no longer', async () => {
    const guard = startGuard();
    guard.create('own', 'a', 0);
    guard.create('native', 'b', 1);
    expect([await guard.mayServe('own'), await guard.mayServe('native')]).toEqual([true, false]);
    guard.remove('own');
    expect(await guard.mayServe('native')).toBe(true);
    expect(guard.saysTaken('native')).toBe(false);
  });

  it('the one that is served stays so whatever its conditions still say, and says so no longer', async () => {
    const guard = startGuard();
    guard.create('own', 'a', 1);
    expect(await guard.mayServe('own')).toBe(true);
    guard.create('native', 'b', 0);
    guard.sayTaken('own');
    expect([await guard.mayServe('own'), await guard.mayServe('native')]).toEqual([true, false]);
    expect([guard.saysTaken('own'), guard.saysTaken('native')]).toEqual([false, true]);
  });

  it('never both are served, also when they are looked at side by side', async () => {
    const guard = startGuard();
    guard.create('own', 'a');
    const release = guard.hold();
    const own = guard.mayServe('own');
    guard.create('native', 'b');
    const native = guard.mayServe('native');
    release();
    expect((await Promise.all([own, native])).filter(Boolean)).toHaveLength(1);
  });
});
