import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { isConflict, isNotFound, isUnreachable, type UnreachableError } from './errors.ts';
import { bookmark, pod } from './objects.fixture.ts';
import { pods } from './resources.ts';
import { ScriptedServer } from './scripted-server.fixture.ts';
import { Transport } from './transport.ts';

let server: ScriptedServer;
beforeEach(async () => {
  server = await ScriptedServer.start();
});
afterEach(() => server.close());

const get = { verb: 'get', method: 'GET', path: '/api/v1/pods/x', resource: 'pods', repeatable: true } as const;

describe('requests', () => {
  test('carry who we are, and unknown fields both ways', async () => {
    const transport = new Transport(server.kubeConfig({ token: 'secret' }));
    const answer = transport.request<object>({ ...get, method: 'PUT', body: { a: { unknown: 1 } } });
    const call = await server.next();
    expect(call.headers['user-agent']).toMatch(/^ordinal\/\d+\.\d+/);
    expect(call.headers.authorization).toBe('Bearer secret');
    expect(JSON.parse(call.body)).toEqual({ a: { unknown: 1 } });
    call.json({ b: { also: 2 } });
    expect(await answer).toEqual({ b: { also: 2 } });
  });

  test('know basic authentication', async () => {
    const transport = new Transport(server.kubeConfig({ username: 'me', password: 'pw' }));
    const answer = transport.request(get);
    const call = await server.next();
    expect(call.headers.authorization).toBe(`Basic ${Buffer.from('me:pw').toString('base64')}`);
    call.json({});
    await answer;
  });

  test('ask for credentials again after 401', async () => {
    const answer = server.client().transport.request(get);
    (await server.next()).status(401, 'Unauthorized');
    (await server.next()).json({});
    await answer;
  });

  test('keep the path that the kubeconfig gives the server', async () => {
    const config = server.kubeConfig();
    const [cluster] = config.clusters;
    config.clusters = [{ ...cluster!, server: `${server.address}/k8s/clusters/c-1/` }];
    const answer = new Transport(config).request(get);
    const call = await server.next();
    expect(call.path).toBe('/k8s/clusters/c-1/api/v1/pods/x');
    call.json({});
    await answer;
  });

  test('use connections again, also after a delete, which has a body', async () => {
    const { transport } = server.client();
    const ports = new Set<number | undefined>();
    for (let turn = 0; turn < 20; turn++) {
      const answer = transport.request({ ...get, method: 'DELETE', body: { kind: 'DeleteOptions' } });
      const call = await server.next();
      ports.add(call.port);
      call.json({});
      await answer;
    }
    // A request that comes just before the last one has quite ended takes another connection.
    expect(ports.size).toBeLessThanOrEqual(3);
  });

  test('end at once when aborted, with the reason of the signal', async () => {
    const controller = new AbortController();
    const answer = server.client().get(pods, 'default', 'web-0', { signal: controller.signal });
    await server.next();
    controller.abort(new Error('enough'));
    await expect(answer).rejects.toThrow('enough');
  });
});

describe('repetition', () => {
  test('a read is repeated after 500, 503 and a cut connection', async () => {
    const answer = server.client().get(pods, 'default', 'web-0');
    (await server.next()).status(500, 'InternalError');
    (await server.next()).status(503, 'ServiceUnavailable');
    (await server.next()).cut();
    (await server.next()).json(pod('web-0', 1));
    expect((await answer).metadata.name).toBe('web-0');
  });

  test('a create with a name is repeated, and may find that it had succeeded', async () => {
    const answer = server.client().create(pods, 'default', pod('web-0', 1));
    (await server.next()).cut();
    (await server.next()).status(409, 'AlreadyExists');
    await expect(answer).rejects.toMatchObject({ reason: 'AlreadyExists' });
  });

  test('what could do harm twice is not repeated when its outcome is unknown', async () => {
    const client = server.client();
    const generated = client.create(pods, 'default', { metadata: { generateName: 'web-' } });
    (await server.next()).cut();
    await expect(generated).rejects.toSatisfy(isUnreachable);
    const unguarded = client.remove(pods, 'default', 'web-0');
    (await server.next()).status(500, 'InternalError');
    await expect(unguarded).rejects.toMatchObject({ status: 500 });
    expect(server.calls).toHaveLength(2);
  });

  test('429 is repeated for all, after the time that the server asks for', async () => {
    const began = performance.now();
    const answer = server.client().create(pods, 'default', { metadata: { generateName: 'web-' } });
    (await server.next()).json({ kind: 'Status', reason: 'TooManyRequests' }, 429, { 'retry-after': '0.2' });
    (await server.next()).json(pod('web-a', 1));
    await answer;
    expect(performance.now() - began).toBeGreaterThan(195);
  });

  test('a create that meets others at the counters of a quota is repeated, and told when that does not help', async () => {
    const create = () => server.client({ attempts: 2 }).create(pods, 'default', pod('web-0', 1));
    const answer = create();
    (await server.next()).status(409, 'Conflict');
    (await server.next()).json(pod('web-0', 1));
    expect((await answer).metadata.name).toBe('web-0');
    const refused = create();
    (await server.next()).status(409, 'Conflict');
    (await server.next()).status(409, 'Conflict');
    await expect(refused).rejects.toSatisfy(isConflict);
  });

  test('streams leave calls their connections, however many there are', async () => {
    const client = server.client({ connections: 2 });
    const stop = new AbortController();
    const watches = Array.from({ length: 5 }, async () => {
      for await (const _ of client.watch(pods, undefined, { resourceVersion: '1', signal: stop.signal })) continue;
    });
    for (const _ of watches) (await server.next()).lines(bookmark(2));
    const answer = client.get(pods, 'default', 'web-0');
    (await server.next()).json(pod('web-0', 1));
    expect((await answer).metadata.name).toBe('web-0');
    stop.abort(new Error('enough'));
    expect((await Promise.allSettled(watches)).map(({ status }) => status)).toEqual(Array(5).fill('rejected'));
  });

  test('a long Retry-After is the caller to wait for', async () => {
    const answer = server.client().get(pods, 'default', 'web-0');
    (await server.next()).json({ kind: 'Status', reason: 'TooManyRequests' }, 429, { 'retry-after': '120' });
    await expect(answer).rejects.toMatchObject({ name: 'KubeError', status: 429, retryAfterSeconds: 120 });
  });

  test('refusals are not repeated', async () => {
    const client = server.client();
    server.answer((call) =>
      call.status(call.method === 'GET' ? 404 : 409, call.method === 'GET' ? 'NotFound' : 'Conflict'),
    );
    await expect(client.get(pods, 'default', 'web-0')).rejects.toSatisfy(isNotFound);
    await expect(client.remove(pods, 'default', 'web-0', { uid: 'u' })).rejects.toSatisfy(isConflict);
    expect(await client.find(pods, 'default', 'web-0')).toBeUndefined();
    expect(server.calls).toHaveLength(3);
  });

  test('a refused connection names the address, and that nothing was sent', async () => {
    const client = server.client({ attempts: 2 });
    await server.close();
    const error = await client.get(pods, 'default', 'web-0').catch((thrown: unknown) => thrown as UnreachableError);
    expect(error).toMatchObject({
      name: 'UnreachableError',
      code: 'ECONNREFUSED',
      sent: false,
      address: client.transport.address,
    });
  });

  test('an answer that stays away is given up', async () => {
    const client = server.client({ attempts: 1, timeoutMs: 100 });
    await expect(client.get(pods, 'default', 'web-0')).rejects.toMatchObject({
      name: 'UnreachableError',
      code: 'UND_ERR_HEADERS_TIMEOUT',
    });
  });
});

describe('metrics', () => {
  test('count by verb, resource and code', async () => {
    const client = server.client();
    let turn = 0;
    server.answer((call) => ((turn += 1) === 1 ? call.status(500, 'InternalError') : call.json(pod('web-0', 1))));
    await client.get(pods, 'default', 'web-0');
    const { requests, retries } = client.transport.metrics();
    expect(retries).toBe(1);
    expect(requests.map(({ verb, resource, code, count }) => ({ verb, resource, code, count }))).toEqual([
      { verb: 'get', resource: 'pods', code: '500', count: 1 },
      { verb: 'get', resource: 'pods', code: '200', count: 1 },
    ]);
  });
});
