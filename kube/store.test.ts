import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Pod } from '../model/objects.ts';
import { pod } from './objects.fixture.ts';
import { isNewer } from './resource-version.ts';
import { Store, type Change } from './store.ts';

const names = (store: Store<Pod>): readonly string[] =>
  [...store.values()].map(({ metadata }) => `${metadata.name}@${metadata.resourceVersion}`).sort();

describe('our own writes', () => {
  test('are shown before the watch brings them', () => {
    const store = new Store<Pod>();
    store.replace([], '10');
    expect(store.observe(pod('web-0', 12))).toBe(true);
    expect(names(store)).toEqual(['web-0@12']);
    expect(store.resourceVersion).toBe('10');
  });

  test('do not bring back an object whose deletion was seen', () => {
    const store = new Store<Pod>();
    store.replace([pod('web-0', 9)], '10');
    store.apply({ type: 'DELETED', object: pod('web-0', 14) });
    expect(store.observe(pod('web-0', 12))).toBe(false);
    expect(names(store)).toEqual([]);
  });

  test('are not undone by older events', () => {
    const store = new Store<Pod>();
    store.replace([pod('web-0', 9)], '10');
    store.observe(pod('web-0', 12));
    store.apply({ type: 'MODIFIED', object: pod('web-0', 11) });
    expect(names(store)).toEqual(['web-0@12']);
  });

  test('outlive the deletion of a predecessor, not their own', () => {
    const store = new Store<Pod>();
    store.replace([pod('web-0', 9, { uid: 'a' })], '10');
    store.observe(pod('web-0', 12, { uid: 'b' }));
    store.apply({ type: 'DELETED', object: pod('web-0', 11, { uid: 'a' }) });
    expect(names(store)).toEqual(['web-0@12']);
    store.apply({ type: 'DELETED', object: pod('web-0', 13, { uid: 'b' }) });
    expect(names(store)).toEqual([]);
  });

  test('outlive one older list', () => {
    const store = new Store<Pod>();
    store.replace([], '10');
    store.observe(pod('web-0', 12));
    store.replace([], '11');
    expect(names(store)).toEqual(['web-0@12']);
    store.replace([], '11');
    expect(names(store)).toEqual([]);
  });
});

test('versions that go backwards (a restored etcd) are the new truth', () => {
  const store = new Store<Pod>();
  store.replace([pod('web-0', 900), pod('web-1', 901)], '1000');
  store.replace([pod('web-0', 90)], '100');
  expect(names(store)).toEqual(['web-0@90']);
  store.apply({ type: 'MODIFIED', object: pod('web-0', 101) });
  expect(names(store)).toEqual(['web-0@101']);
});

test('tells of changes, once each, whatever a listener throws', () => {
  const errors: unknown[] = [];
  const store = new Store<Pod>({ onListenerError: (error) => errors.push(error) });
  const seen: string[] = [];
  store.onChange(() => {
    throw new Error('listener');
  });
  const stop = store.onChange((change: Change<Pod>) => seen.push(`${change.type} ${change.object.metadata.name}`));
  store.replace([pod('web-0', 1), pod('web-1', 2)], '2');
  store.replace([pod('web-0', 1), pod('web-2', 3)], '3');
  store.apply({ type: 'MODIFIED', object: pod('web-2', 4) });
  stop();
  store.apply({ type: 'DELETED', object: pod('web-2', 5) });
  expect(seen).toEqual(['added web-0', 'added web-1', 'added web-2', 'deleted web-1', 'modified web-2']);
  expect(errors).toHaveLength(6);
});

test('an index follows its objects', () => {
  const store = new Store<Pod>({ indexes: { uid: ({ metadata }) => [metadata.uid, 'all'] } });
  const found = (value: string): readonly string[] =>
    store.byIndex('uid', value).map(({ metadata }) => metadata.resourceVersion);
  store.replace([pod('web-0', 1, { uid: 'a' })], '1');
  store.apply({ type: 'MODIFIED', object: pod('web-0', 2, { uid: 'b' }) });
  expect([found('a'), found('b'), found('all')]).toEqual([[], ['2'], ['2']]);
  store.apply({ type: 'DELETED', object: pod('web-0', 3, { uid: 'b' }) });
  expect([found('b'), found('all')]).toEqual([[], []]);
});

type HistoryEvent = Parameters<Store<Pod>['apply']>[0];

/** What happened on the server: version i + 1 is event i. */
function historyOf(acts: readonly { readonly name: string; readonly remove: boolean }[]): readonly HistoryEvent[] {
  const alive = new Map<string, string>();
  const history: HistoryEvent[] = [];
  for (const { name, remove } of acts) {
    const version = history.length + 1;
    const uid = alive.get(name);
    if (remove && uid !== undefined) {
      alive.delete(name);
      history.push({ type: 'DELETED', object: pod(name, version, { uid }) });
    } else {
      alive.set(name, uid ?? `born-${version}`);
      const object = pod(name, version, { uid: uid ?? `born-${version}` });
      history.push({ type: uid === undefined ? 'ADDED' : 'MODIFIED', object });
    }
  }
  return history;
}

function stateAt(history: readonly HistoryEvent[], version: number): readonly Pod[] {
  const state = new Map<string, Pod>();
  for (const { type, object } of history.slice(0, version)) {
    if (type === 'DELETED') state.delete(object.metadata.name);
    else state.set(object.metadata.name, object);
  }
  return [...state.values()];
}

test('any interleaving of replies, events and lists ends in the truth and never shows an object after its deletion was seen', () => {
  const acts = fc.array(fc.record({ name: fc.constantFrom('web-0', 'web-1'), remove: fc.boolean() }), {
    maxLength: 20,
  });
  const deliveries = fc.array(
    fc.record({ what: fc.constantFrom('event', 'reply', 'list', 'bookmark'), pick: fc.nat(30) }),
    { maxLength: 60 },
  );
  fc.assert(
    fc.property(acts, deliveries, (chosen, delivered) => {
      const history = historyOf(chosen);
      const store = new Store<Pod>();
      let at = 0;
      const step = (what: string, pick: number): void => {
        const event = history[at];
        const reply = history[pick % Math.max(1, history.length)];
        if (what === 'event' && event) {
          store.apply(event);
          at += 1;
        } else if (what === 'reply' && reply && reply.type !== 'DELETED') {
          store.observe(reply.object);
        } else if (what === 'bookmark') {
          store.bookmark(String(at));
        } else if (what === 'list') {
          at += pick % (history.length - at + 1);
          store.replace(stateAt(history, at), String(at));
        }
        const dead = history.slice(0, at).filter(({ type }) => type === 'DELETED');
        for (const { object } of dead) {
          expect(store.get('default', object.metadata.name)?.metadata.uid).not.toBe(object.metadata.uid);
        }
        for (const known of stateAt(history, at)) {
          const shown = store.get('default', known.metadata.name);
          if (shown) expect(isNewer(known.metadata.resourceVersion, shown.metadata.resourceVersion)).toBe(false);
        }
      };
      for (const { what, pick } of delivered) step(what, pick);
      while (at < history.length) step('event', 0);
      expect([...store.values()].map(({ metadata }) => metadata).sort(byName)).toEqual(
        stateAt(history, at)
          .map(({ metadata }) => metadata)
          .sort(byName),
      );
    }),
    { numRuns: 2_000 },
  );
});

function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return a.name < b.name ? -1 : 1;
}
