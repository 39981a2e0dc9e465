import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Pod } from '../model/objects.ts';
import { bookmark, listOf, pod } from './objects.fixture.ts';
import { Reflector, type ReflectorProblem, type ReflectorTiming } from './reflector.ts';
import { pods } from './resources.ts';
import { ScriptedServer, type Pending } from './scripted-server.fixture.ts';
import { Store } from './store.ts';

const patience = { timeout: 5_000, interval: 5 };

let server: ScriptedServer;
let store: Store<Pod>;
let problems: string[];
let reflector: Reflector<Pod> | undefined;

beforeEach(async () => {
  server = await ScriptedServer.start();
  store = new Store<Pod>();
  problems = [];
});
afterEach(async () => {
  await reflector?.stop();
  await server.close();
});

function reflect(timing: ReflectorTiming & { readonly project?: (pod: Pod) => Pod } = {}): Reflector<Pod> {
  reflector = new Reflector<Pod>({
    client: server.client(),
    resource: pods,
    sink: store,
    maxBackoffMs: 20,
    onProblem: ({ during }: ReflectorProblem) => problems.push(during),
    ...timing,
  });
  reflector.start();
  return reflector;
}

/** Answers the first list and hands out the watch that follows it. */
async function watching(version: number, ...items: readonly Pod[]): Promise<Pending> {
  const list = await server.next();
  expect(list.query.has('watch')).toBe(false);
  list.json(listOf(version, ...items));
  return nextWatch(version);
}

async function nextWatch(from: number): Promise<Pending> {
  const watch = await server.next();
  expect([watch.query.get('watch'), watch.query.get('resourceVersion')]).toEqual(['true', String(from)]);
  return watch;
}

const has = (name: string, version: number): Promise<void> =>
  vi.waitFor(() => expect(store.get('default', name)?.metadata.resourceVersion).toBe(String(version)), patience);

const added = (name: string, version: number): object => ({ type: 'ADDED', object: pod(name, version) });

test('lists, then watches from that version with bookmarks and a time limit', async () => {
  const running = reflect();
  const watch = await watching(5, pod('web-0', 3));
  expect(watch.query.get('allowWatchBookmarks')).toBe('true');
  expect(Number(watch.query.get('timeoutSeconds'))).toBeGreaterThanOrEqual(27);
  expect(Number(watch.query.get('timeoutSeconds'))).toBeLessThanOrEqual(33);
  await running.synced;
  watch.lines(
    added('web-1', 6),
    { type: 'MODIFIED', object: pod('web-0', 7) },
    { type: 'DELETED', object: pod('web-1', 8) },
  );
  await vi.waitFor(() => expect(running.resourceVersion).toBe('8'), patience);
  expect([...store.values()].map(({ metadata }) => metadata.resourceVersion)).toEqual(['7']);
  expect(problems).toEqual([]);
});

test('goes on after a watch that ended, from the last bookmark', async () => {
  reflect();
  const watch = await watching(5);
  watch.lines(bookmark(40));
  watch.end();
  (await nextWatch(40)).lines(added('web-0', 41));
  await has('web-0', 41);
  expect(problems).toEqual([]);
});

test('a watch that is cut in mid-line goes on without losing or doubling anything', async () => {
  reflect();
  const watch = await watching(5);
  watch.lines(added('web-0', 6));
  watch.raw('{"type":"ADDED","object":{"meta');
  await has('web-0', 6);
  watch.cut();
  (await nextWatch(6)).lines(added('web-1', 7));
  await has('web-1', 7);
  expect(problems).toEqual(['watch']);
});

describe('a version that is too old', () => {
  test('as an answer, leads to a list', async () => {
    reflect();
    (await watching(5, pod('web-0', 1))).status(410, 'Expired');
    await watching(90, pod('web-1', 80));
    expect([...store.values()].map(({ metadata }) => metadata.name)).toEqual(['web-1']);
  });

  test('as an event, leads to a list', async () => {
    reflect();
    (await watching(5, pod('web-0', 1))).lines({
      type: 'ERROR',
      object: { kind: 'Status', code: 410, reason: 'Expired' },
    });
    await watching(90, pod('web-1', 80));
    expect(store.size).toBe(1);
  });
});

test('errors of the server are lived through: in a list, as an answer, as an event', async () => {
  const running = reflect();
  (await server.next()).status(500, 'InternalError');
  (await server.next()).cut();
  const watch = await watching(5);
  watch.status(503, 'ServiceUnavailable');
  (await nextWatch(5)).lines({ type: 'ERROR', object: { code: 500, message: 'etcd' } });
  (await nextWatch(5)).lines(added('web-0', 6));
  await has('web-0', 6);
  await running.synced;
  expect(problems).toEqual(['list', 'list', 'watch', 'watch']);
});

test('a watch that keeps failing leads to a list', async () => {
  reflect();
  (await watching(5)).status(500, 'InternalError');
  for (let failures = 1; failures < 6; failures += 1) (await nextWatch(5)).status(500, 'InternalError');
  await watching(9);
});

test('a watch that has fallen silent is replaced', async () => {
  reflect({ stallMs: 50 });
  const silent = await watching(5);
  silent.lines();
  const next = await nextWatch(5);
  await silent.closed;
  next.lines(added('web-0', 6));
  await has('web-0', 6);
  expect(problems).toContain('stalled');
});

test('bookmarks keep a quiet watch alive', async () => {
  const running = reflect({ stallMs: 200 });
  const watch = await watching(5);
  let version = 5;
  const timer = setInterval(() => watch.lines(bookmark((version += 1))), 20);
  // Several times as long as the silence that would end it.
  await vi.waitFor(() => expect(Number(running.resourceVersion)).toBeGreaterThan(30), patience);
  clearInterval(timer);
  expect(running.staleness()).toBeLessThan(200);
  expect(problems).toEqual([]);
});

test('a sink or a projection that throws is reported and harms nothing', async () => {
  reflect({
    project: (object) => {
      if (object.metadata.name === 'bad') throw new Error('cannot');
      return object;
    },
  });
  const watch = await watching(5);
  watch.lines(added('bad', 6), added('web-0', 7));
  await has('web-0', 7);
  expect(problems).toEqual(['handler']);
});

test('a list that cannot be taken in is not taken for an empty one: it is read again', async () => {
  let failing = true;
  const running = reflect({
    project: (object) => {
      if (failing) throw new Error('cannot');
      return object;
    },
  });
  let synced = false;
  void running.synced.then(() => (synced = true));
  (await server.next()).json(listOf(5, pod('web-0', 3)));
  const again = await server.next();
  expect([again.query.has('watch'), synced, problems]).toEqual([false, false, ['list']]);
  failing = false;
  again.json(listOf(5, pod('web-0', 3)));
  await running.synced;
  await has('web-0', 3);
});

test('lists again on a schedule', async () => {
  reflect({ relistMs: 50 });
  await watching(5, pod('web-0', 1));
  await watching(9, pod('web-1', 8));
  await has('web-1', 8);
  expect(store.size).toBe(1);
});

test('lists on demand, once for all who ask together, also during a list', async () => {
  const running = reflect();
  await watching(5);
  const both = Promise.all([running.relist(), running.relist()]);
  const list = await server.next();
  const later = running.relist();
  list.json(listOf(7));
  await both;
  const again = await server.next();
  expect(again.query.has('watch')).toBe(false);
  again.json(listOf(8));
  await later;
  await nextWatch(8);
});

test('a kind that is not served is waited for, quietly, and told of again only when it goes again', async () => {
  const running = reflect();
  (await server.next()).status(404, 'NotFound');
  await running.synced;
  expect(problems).toEqual(['missing']);
  (await server.next()).status(404, 'NotFound');
  (await server.next()).status(404, 'NotFound');
  const watch = await watching(5, pod('web-0', 1));
  expect(problems).toEqual(['missing']);
  watch.status(404, 'NotFound');
  (await server.next()).status(404, 'NotFound');
  await vi.waitFor(() => expect(problems).toEqual(['missing', 'watch', 'missing']), patience);
});

test('stops at once, in a watch as in a list', async () => {
  const running = reflect();
  const watch = await watching(5);
  await running.stop();
  await watch.closed;
});
