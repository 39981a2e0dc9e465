import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { loadPayloadKeys, parsePayloadKeys } from './payload-keys.ts';

const good = Buffer.alloc(32, 7).toString('base64');
const other = Buffer.alloc(32, 8).toString('base64');

test('the first key of the file comes first; comments and empty lines are passed over', () => {
  const keys = parsePayloadKeys(`# of March\n\n2026-03: ${good}\r\n2025-03:${other}\n`, 'keys');
  expect(keys.map(({ id }) => id)).toEqual(['2026-03', '2025-03']);
  expect(keys[0].key.export()).toEqual(Buffer.alloc(32, 7));
});

test.each([
  ['no colon', `a:${good}\n${other}`, 'payload keys keys, line 2: there is no colon; a line is ID:KEY'],
  ['no id', `:${good}`, 'payload keys keys, line 1: the id before the colon has to be 1 to 64 letters'],
  ['an id that is none', `a b:${good}`, 'payload keys keys, line 1: the id before the colon'],
  ['an id twice', `a:${good}\n#\na:${other}`, 'payload keys keys, line 3: the id a is there already'],
  ['no base64', `a:${good.replace('B', '!')}`, 'payload keys keys, line 1: what follows the colon is not base64'],
  ['hexadecimal', `a:${'0a'.repeat(32)}`, 'payload keys keys, line 1: the key has 48 bytes, and AES-256 wants 32'],
  [
    'cut off',
    `a:${good.slice(0, -1)}`,
    'payload keys keys, line 1: what follows the colon is not base64 (with its padding)',
  ],
  ['a short key', `a:${Buffer.alloc(16, 9).toString('base64')}`, 'line 1: the key has 16 bytes, and AES-256 wants 32'],
  ['nothing', '# later\n', 'payload keys keys: there is no key in it'],
])('%s is refused by line, and the key is not repeated', (_, text, message) => {
  let said = '';
  try {
    parsePayloadKeys(text, 'keys');
  } catch (error) {
    said = error instanceof Error ? error.message : '';
  }
  expect(said).toContain(message);
  for (const secret of text.split(/[\n:]/).filter((part) => part.length > 20)) expect(said).not.toContain(secret);
});

test('a file that cannot be read is named, with both ways to name another', () => {
  expect(() => loadPayloadKeys('/nowhere/keys')).toThrow(
    'cannot read the payload keys /nowhere/keys (--payload-keys or ORDINAL_PAYLOAD_KEYS): ENOENT',
  );
  expect(loadPayloadKeys('')).toBeUndefined();
});

test('what prints or logs the keys does not print the bytes', () => {
  const keys = parsePayloadKeys(`a:${good}`, 'keys');
  for (const text of [JSON.stringify(keys), inspect(keys, { depth: 9, showHidden: true })]) {
    expect(text).toContain('a');
    expect(text).not.toContain(good);
    expect(text).not.toContain('7, 7');
    expect(text).not.toContain('07 07');
  }
});
