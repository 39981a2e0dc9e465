import { defaultPayloadConverter, type Payload } from '@temporalio/common';
import { expect, test } from 'vitest';
import { createPayloadCodec } from './payload-codec.ts';
import { parsePayloadKeys } from './payload-keys.ts';

const key = (id: string, byte: number) => `${id}:${Buffer.alloc(32, byte).toString('base64')}`;
const codec = (...lines: readonly string[]) =>
  createPayloadCodec(lines.length === 0 ? undefined : parsePayloadKeys(lines.join('\n'), 'keys'));
const payload = (value: unknown): Payload => defaultPayloadConverter.toPayload(value);
const valueOf = ([encoded]: readonly Payload[]) => defaultPayloadConverter.fromPayload(encoded as Payload);
const march = key('march', 1);
const may = key('may', 2);

test('what was encrypted is read again, and nothing of it can be seen', async () => {
  const [sealed] = await codec(march).encode([payload({ set: 'shop/web' })]);
  const shown = { ...sealed?.metadata, data: sealed?.data };
  const text = Object.entries(shown)
    .map(([name, bytes]) => `${name}=${Buffer.from(bytes ?? []).toString('latin1')}`)
    .join('\n');
  expect(text).toContain('encryption-key-id=march');
  expect(text).toContain('encoding=binary/encrypted');
  for (const part of ['shop', 'json/plain']) expect(text).not.toContain(part);
  expect(valueOf(await codec(march).decode([sealed as Payload]))).toEqual({ set: 'shop/web' });
});

test('the same value is encrypted differently each time', async () => {
  const sealed = await codec(march).encode([payload('web'), payload('web')]);
  expect(sealed[0]?.data).not.toEqual(sealed[1]?.data);
});

test('the first key encrypts, each of them decrypts: so keys are rotated', async () => {
  const old = await codec(march).encode([payload('old')]);
  const both = codec(may, march);
  expect(valueOf(await both.decode(old))).toBe('old');
  const fresh = await both.encode([payload('new')]);
  expect(valueOf(await codec(may).decode(fresh))).toBe('new');
  await expect(codec(may).decode(old)).rejects.toThrow(
    'a payload is encrypted with the key "march", and the keys given here are: may; add it to the file of --payload-keys',
  );
});

test('what is not encrypted is read as it is, with keys and without', async () => {
  for (const each of [codec(march), codec()]) expect(valueOf(await each.decode([payload('plain')]))).toBe('plain');
  const plain = [payload('plain')];
  expect(await codec().encode(plain)).toEqual(plain);
});

test('without keys an encrypted payload says that they are missing', async () => {
  const sealed = await codec(march).encode([payload('web')]);
  await expect(codec().decode(sealed)).rejects.toThrow('encrypted with the key "march", and no keys were given here');
});

test.each([
  ['changed', (data: Uint8Array) => data.with(20, (data[20] ?? 0) ^ 1)],
  ['with another nonce', (data: Uint8Array) => data.with(0, (data[0] ?? 0) ^ 1)],
  ['with a shorter tag', (data: Uint8Array) => data.subarray(0, -4)],
  ['cut', (data: Uint8Array) => data.subarray(0, 5)],
])('a payload %s is not decrypted', async (_, harm) => {
  const [sealed] = await codec(march).encode([payload({ replicas: 3 })]);
  const harmed = { ...sealed, data: harm(sealed?.data as Uint8Array) };
  await expect(codec(march).decode([harmed])).rejects.toThrow('cannot be decrypted with the key "march"');
});

test('another key of the same id does not fit', async () => {
  const sealed = await codec(march).encode([payload('web')]);
  await expect(codec(key('march', 3)).decode(sealed)).rejects.toThrow('encrypted with another key of that id');
});

test('an empty payload is one too', async () => {
  expect(valueOf(await codec(march).decode(await codec(march).encode([payload(undefined)])))).toBeUndefined();
});
