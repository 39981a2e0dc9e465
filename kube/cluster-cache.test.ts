import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createClusterCache, type ClusterCache, type ClusterCacheOptions } from './cluster-cache.ts';
import { FakeApi } from './fake-api.fixture.ts';
import { claim, pod, revision, set } from './objects.fixture.ts';
import type { SetKey } from './set-key.ts';

const podPath = '/api/v1/pods';
const claimPath = '/api/v1/persistentvolumeclaims';
const revisionPath = '/apis/apps/v1/controllerrevisions';
const setPath = '/apis/ordinal.dev/v1/statefulsets';
const web: SetKey = { flavour: 'ordinal.dev/v1', namespace: 'default', name: 'web' };
const other: SetKey = { ...web, name: 'web-1' };

let api: FakeApi;
let cache: ClusterCache;
let problems: string[];

beforeEach(async () => {
  api = await FakeApi.start();
  problems = [];
});
afterEach(async () => {
  await cache.stop();
  await api.server.close();
});

async function start(options: Partial<ClusterCacheOptions> = {}): Promise<void> {
  cache = createClusterCache(api.server.client(), {
    flavours: ['ordinal.dev/v1'],
    maxBackoffMs: 20,
    onProblem: ({ during }) => problems.push(during),
    ...options,
  });
  cache.start();
  await cache.ready;
}

const names = (objects: Iterable<{ readonly metadata: { readonly name: string } }> = []): readonly string[] =>
  [...objects].map(({ metadata }) => metadata.name).sort();

const signal = (): AbortSignal => AbortSignal.timeout(5_000);

/** Waits until the watches are at the server's version. */
const settled = (what: () => unknown): Promise<void> =>
  vi.waitFor(() => expect(what()).toBeTruthy(), { timeout: 5_000, interval: 5 });

describe('a view', () => {
  test('has the pods, claims and revisions of its set, and nobody else’s', async () => {
    api.put(setPath, set('web', 0, ['data', 'data-web']));
    api.put(setPath, set('web-1', 0, ['data']));
    for (const name of ['web-0', 'web-12', 'web-1-0', 'web-x', 'web', 'webs-0']) api.put(podPath, pod(name, 0));
    api.put(podPath, pod('web-0', 0, { namespace: 'elsewhere' }));
    for (const name of ['data-web-0', 'data-web-web-0', 'data-web-1-0', 'logs-web-0', 'data-web']) {
      api.put(claimPath, claim(name, 0));
    }
    api.put(revisionPath, revision('web-a', 0, 'uid-web'));
    api.put(revisionPath, revision('web-free', 0));
    api.put(revisionPath, revision('db-free', 0));
    api.put(revisionPath, revision('web-theirs', 0, 'uid-web-1'));
    await start();
    const view = cache.view(web);
    expect(names(view?.pods)).toEqual(['web-0', 'web-12']);
    expect(names(view?.claims?.values())).toEqual(['data-web-0', 'data-web-web-0']);
    expect(names(view?.revisions)).toEqual(['web-a', 'web-free']);
    expect(names(cache.view(other)?.pods)).toEqual(['web-1-0']);
    expect(names(cache.view(other)?.claims?.values())).toEqual(['data-web-1-0']);
    expect(names(cache.sets().map((name) => ({ metadata: name })))).toEqual(['web', 'web-1']);
  });

  test('is the same object until something of its set changes', async () => {
    api.put(setPath, set('web', 0));
    api.put(setPath, set('web-1', 0));
    await start();
    const [view, version, othersVersion] = [cache.view(web), cache.version(web), cache.version(other)];
    expect(cache.view(web)).toBe(view);
    api.put(podPath, pod('web-0', 0));
    await settled(() => cache.version(web) > version);
    expect(names(cache.view(web)?.pods)).toEqual(['web-0']);
    expect(cache.version(other)).toBe(othersVersion);
  });

  test('of a set that is gone is none, and its version is 0 until it is back', async () => {
    api.put(setPath, set('web', 0));
    await start();
    const former = cache.version(web);
    api.drop(setPath, 'web');
    await settled(() => cache.version(web) === 0);
    expect(cache.view(web)).toBeUndefined();
    api.put(setPath, set('web', 0));
    await settled(() => cache.version(web) > former);
  });

  test.each([
    ['a claim', () => api.put(claimPath, claim('data-web-0', 0))],
    ['a revision of its own', () => api.put(revisionPath, revision('web-a', 0, 'uid-web'))],
    ['a revision of nobody', () => api.put(revisionPath, revision('web-b', 0))],
    ['the set', () => api.put(setPath, { ...set('web', 0, ['data']), status: { replicas: 1 } })],
  ])('changes with %s', async (_, act) => {
    api.put(setPath, set('web', 0, ['data']));
    await start();
    const version = cache.version(web);
    act();
    await settled(() => cache.version(web) > version);
  });

  test('has the claims as they are now, also when the set changes its templates', async () => {
    api.put(setPath, set('web', 0, ['data']));
    await start();
    const claims = () => [...(cache.view(web)?.claims?.values() ?? [])];
    expect(claims()).toEqual([]);
    api.put(claimPath, claim('data-web-0', 0));
    api.put(claimPath, claim('logs-web-0', 0));
    await settled(() => claims().length === 1);
    const { resourceVersion } = api.put(claimPath, claim('data-web-0', 0)).metadata;
    await settled(() => claims()[0]?.metadata.resourceVersion === resourceVersion);
    api.put(setPath, set('web', 0, ['data', 'logs']));
    await settled(() => claims().length === 2);
    api.drop(claimPath, 'data-web-0');
    await settled(() => names(claims()).join() === 'logs-web-0');
  });

  test('keeps of pods and claims only what is looked at', async () => {
    api.put(setPath, set('web', 0, ['data']));
    const whole = pod('web-0', 0);
    api.put(podPath, {
      ...whole,
      metadata: { ...whole.metadata, managedFields: [{}] },
      spec: { nodeName: 'n', tolerations: [{}], containers: [{ name: 'c', image: 'i', env: [{}] }] },
      status: { phase: 'Running', podIPs: [{}], containerStatuses: [{ name: 'c', ready: true, containerID: 'x' }] },
    } as never);
    await start();
    const [kept] = cache.view(web)?.pods ?? [];
    expect(kept).toMatchObject({
      spec: { nodeName: 'n', containers: [{ name: 'c', image: 'i' }] },
      status: { phase: 'Running', containerStatuses: [{ name: 'c', ready: true }] },
    });
    expect(JSON.stringify(kept)).not.toMatch(/managedFields|tolerations|env|podIPs|containerID/);
  });
});

describe('changes', () => {
  test('that come together are told once, to those who asked for the set, also when it is not there (SS-117)', async () => {
    api.put(setPath, set('web', 0));
    await start();
    await cache.changed(web, signal(), 50);
    const heard: string[] = [];
    cache.onAnyChange(({ name }) => heard.push(`any ${name}`));
    const asked = [other, web].map(async (key) => {
      if ((await cache.changed(key, signal(), 5_000)) === 'changed') heard.push(key.name);
    });
    cache.observe('pods', { ...pod('web-0', 500) });
    cache.observe('pods', { ...pod('web-1', 501) });
    cache.observe('pods', { ...pod('web-1-0', 502) });
    await Promise.all(asked);
    expect(heard.sort()).toEqual(['any web', 'any web-1', 'web', 'web-1']);
    cache.observe('pods', { ...pod('web-1-0', 503) });
    cache.observe('pods', { ...pod('web-0', 504) });
    await settled(() => heard.length > 4);
    expect(heard.slice(4)).toEqual(['any web']);
  });

  test('can be waited for, for a time, until an abort', async () => {
    api.put(setPath, set('web', 0));
    await start();
    const change = cache.changed(web, signal(), 5_000);
    api.put(podPath, pod('web-0', 0));
    expect(await change).toBe('changed');
    expect(await cache.changed(other, signal(), 5)).toBe('timeout');
    const controller = new AbortController();
    const aborted = cache.changed(other, controller.signal, 5_000);
    controller.abort(new Error('enough'));
    await expect(aborted).rejects.toThrow('enough');
  });

  test('reach the others when one listener throws', async () => {
    api.put(setPath, set('web', 0));
    await start();
    let heard = 0;
    cache.onAnyChange(() => {
      throw new Error('listener');
    });
    cache.onAnyChange(() => (heard += 1));
    api.put(podPath, pod('web-0', 0));
    await settled(() => heard > 0);
    expect(problems).toContain('handler');
  });
});

describe('waiting until a version was seen', () => {
  test('ends at once when it was, and with the watch when it comes', async () => {
    api.put(setPath, set('web', 0));
    await start();
    await cache.waitSeen({ pods: api.version, sets: api.version }, signal(), web);
    const written = api.put(podPath, pod('web-0', 0));
    await cache.waitSeen({ pods: written.metadata.resourceVersion }, signal(), web);
    expect(names(cache.view(web)?.pods)).toEqual(['web-0']);
  });

  test('is not fooled by our own reply', async () => {
    api.put(setPath, set('web', 0));
    await start({ seenMs: 60_000 });
    api.mute = true;
    const written = api.put(podPath, pod('web-0', 0));
    cache.observe('pods', written);
    expect(names(cache.view(web)?.pods)).toEqual(['web-0']);
    const controller = new AbortController();
    const waiting = cache.waitSeen({ pods: written.metadata.resourceVersion }, controller.signal, web);
    controller.abort(new Error('not seen'));
    await expect(waiting).rejects.toThrow('not seen');
  });

  test('lists when the watch does not bring it', async () => {
    api.put(setPath, set('web', 0));
    await start({ seenMs: 20 });
    api.mute = true;
    const written = api.put(podPath, pod('web-0', 0));
    await cache.waitSeen({ pods: written.metadata.resourceVersion }, signal(), web);
    expect(names(cache.view(web)?.pods)).toEqual(['web-0']);
    // A version of another kind: nothing ever comes, but a list is proof.
    await cache.waitSeen({ claims: String(Number(api.version) + 5) }, signal(), web);
  });
});

test('a watch that has fallen silent is made anew on request, and shows what it kept back', async () => {
  api.put(setPath, set('web', 0));
  await start();
  api.mute = true;
  api.put(podPath, pod('web-0', 0));
  api.mute = false;
  expect(names(cache.view(web)?.pods)).toEqual([]);
  await settled(() => {
    // A watch that is only just made is left alone.
    cache.reconnect();
    return cache.view(web)?.pods.length === 1;
  });
});

describe('scope', () => {
  test('a flavour that is not served holds nothing up and is picked up when it appears', async () => {
    api.missing.add(setPath);
    await start();
    expect(problems).toEqual(['missing']);
    api.missing.clear();
    api.put(setPath, set('web', 0));
    await settled(() => cache.view(web));
  });

  test('only the namespaces asked for are read', async () => {
    api.put(setPath, set('web', 0));
    api.put(podPath, pod('web-0', 0));
    await start({ namespaces: ['default', 'b'] });
    expect(names(cache.view(web)?.pods)).toEqual(['web-0']);
    const paths = api.server.calls.map(({ path }) => path);
    expect(paths.every((path) => /\/namespaces\/(default|b)\//.test(path))).toBe(true);
  });

  test('says how old its news is', async () => {
    await start();
    expect(cache.staleness()).toBeLessThan(5_000);
  });
});
