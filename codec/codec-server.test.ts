import { afterAll, beforeAll, expect, test } from 'vitest';
import { defaultPayloadConverter } from '@temporalio/common';
import { type CodecServer, serveCodec } from './codec-server.ts';
import { toJson } from './json-payloads.ts';
import { createPayloadCodec } from './payload-codec.ts';
import { parsePayloadKeys } from './payload-keys.ts';

const token = 'the-token-of-this-test';
const origin = 'https://temporal.example';
const keys = parsePayloadKeys(`one:${Buffer.alloc(32, 1).toString('base64')}`, 'keys');
let server: CodecServer;

beforeAll(async () => {
  const codec = createPayloadCodec(keys);
  server = await serveCodec({ codec, token, origins: [origin], host: '127.0.0.1', port: 0 });
});

afterAll(() => server.close());

const plain = toJson([defaultPayloadConverter.toPayload({ set: 'shop/web' })]);
const known = { authorization: `Bearer ${token}` };

function ask(path: string, init: RequestInit = {}): Promise<Response> {
  return fetch(server.url + path, { method: 'POST', body: JSON.stringify(plain), headers: known, ...init });
}

test('what it encodes it decodes, as Temporal asks for it', async () => {
  const encoded = (await (await ask('/encode')).json()) as typeof plain;
  expect(Buffer.from(encoded.payloads[0]?.metadata?.['encoding'] ?? '', 'base64').toString()).toBe('binary/encrypted');
  expect(JSON.stringify(encoded)).not.toContain(plain.payloads[0]?.data);
  const decoded = await ask('/decode', { body: JSON.stringify(encoded) });
  expect(decoded.headers.get('cache-control')).toBe('no-store');
  expect(await decoded.json()).toEqual(plain);
});

test.each<readonly [number, string, string, RequestInit]>([
  [401, 'no token', '/decode', { headers: {} }],
  [401, 'another token', '/decode', { headers: { authorization: 'Bearer another-token-of-a-test' } }],
  [401, 'a part of the token', '/decode', { headers: { authorization: `Bearer ${token.slice(0, -1)}` } }],
  [401, 'another scheme', '/decode', { headers: { authorization: `Basic ${token}` } }],
  [403, 'another page', '/decode', { headers: { ...known, origin: 'https://evil.example' } }],
  [403, 'the preflight of another page', '/decode', { method: 'OPTIONS', headers: { origin: 'null' } }],
  [404, 'another path', '/download', {}],
  [404, 'a path beside', '/decode/../etc', {}],
  [405, 'reading', '/decode', { method: 'GET', body: null }],
  [400, 'no JSON', '/decode', { body: 'payloads' }],
  [400, 'no payloads', '/decode', { body: '{"payloads":{}}' }],
  [400, 'bytes that are none', '/decode', { body: '{"payloads":[{"data":5}]}' }],
  [413, 'too much', '/decode', { body: 'x'.repeat(9 * 1024 * 1024) }],
])('%i for %s', async (status, _, path, init) => {
  const answer = await ask(path, init);
  expect(answer.status).toBe(status);
  expect(((await answer.json()) as { message: string }).message).toMatch(/\w+ \w+/);
  if (status === 403) expect(answer.headers.get('access-control-allow-origin')).toBeNull();
});

test('a payload of another key is named', async () => {
  const other = createPayloadCodec(parsePayloadKeys(`two:${Buffer.alloc(32, 2).toString('base64')}`, 'keys'));
  const body = JSON.stringify(toJson(await other.encode([defaultPayloadConverter.toPayload('web')])));
  const answer = await ask('/decode', { body });
  expect(answer.status).toBe(400);
  expect(await answer.text()).toContain('encrypted with the key \\"two\\", and the keys given here are: one');
});

test('a page of the UI may ask, with credentials', async () => {
  const preflight = await ask('/decode', { method: 'OPTIONS', body: null, headers: { origin } });
  expect(preflight.status).toBe(204);
  const allowed = Object.fromEntries([...preflight.headers].filter(([name]) => name.startsWith('access-control-')));
  expect(allowed).toEqual({
    'access-control-allow-origin': origin,
    'access-control-allow-credentials': 'true',
    'access-control-allow-methods': 'POST',
    'access-control-allow-headers': 'authorization, content-type, x-namespace',
    'access-control-max-age': '600',
  });
  const answer = await ask('/encode', { headers: { ...known, origin, 'x-namespace': 'default' } });
  expect(answer.status).toBe(200);
  expect(answer.headers.get('access-control-allow-origin')).toBe(origin);
  expect(answer.headers.get('vary')).toBe('Origin');
});
