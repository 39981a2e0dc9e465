import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { jsonLines } from './json-lines.ts';

async function parse(text: string, sizes: readonly number[]): Promise<unknown[]> {
  const bytes = Buffer.from(text);
  async function* chunks(): AsyncGenerator<Uint8Array> {
    let at = 0;
    for (let turn = 0; at < bytes.length; turn += 1) {
      const size = sizes[turn % sizes.length] ?? 1;
      yield bytes.subarray(at, at + size);
      at += size;
    }
  }
  const values: unknown[] = [];
  for await (const value of jsonLines(chunks())) values.push(value);
  return values;
}

test('however the bytes are cut, also within a character, the values are the same', async () => {
  const sizes = fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1 });
  await fc.assert(
    fc.asyncProperty(fc.array(fc.json()), sizes, async (values, cuts) => {
      const parsed = values.map((value) => JSON.parse(value) as unknown);
      const text = parsed.map((value) => `${JSON.stringify(value)}\n`).join('');
      expect(await parse(text, cuts)).toEqual(parsed);
    }),
  );
});

test('an unfinished last line is dropped', async () => {
  expect(await parse('{"a":1}\n{"a":', [3])).toEqual([{ a: 1 }]);
});

test('a long line in many pieces takes linear time', async () => {
  const value = 'x'.repeat(8_000_000);
  const began = performance.now();
  expect((await parse(`"${value}"\n`, [1000]))[0]).toHaveLength(value.length);
  expect(performance.now() - began).toBeLessThan(2_000);
});
