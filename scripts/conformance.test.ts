import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { itemsIn, type Scan, scan } from './conformance/citations.ts';
import { type Item, itemsOf } from './conformance/notes.ts';
import { page } from './conformance/page.ts';
import { pagePath, projectItems, projectScan } from './conformance/project.ts';

describe('docs/conformance.md', () => {
  let found: Scan;
  let items: readonly Item[];

  beforeAll(async () => {
    found = await projectScan();
    items = await projectItems();
  });

  it('is up to date (npm run conformance)', async () => {
    expect(await readFile(pagePath, 'utf8')).toBe(page(items, found.citations));
  });

  it('has the 127 items, in order', () => {
    expect(items.map(({ item }) => item)).toEqual(Array.from({ length: 127 }, (_, index) => index + 1));
  });

  it('has every item that a test cites', () => {
    const known = new Set(items.map(({ item }) => item));
    expect(found.citations.filter(({ item }) => !known.has(item))).toEqual([]);
  });

  it('has no item that does not apply and is proven all the same', () => {
    const notApplying = new Set(items.flatMap(({ item, not }) => (not === undefined ? [] : [item])));
    expect(found.citations.filter(({ item }) => notApplying.has(item))).toEqual([]);
  });

  it('leaves out no string of a test that cites an item', () => {
    expect(found.overlooked).toEqual([]);
  });
});

it.each([
  ['SS-7: one', [7]],
  ['SS-23, SS-24: two', [23, 24]],
  ['a part (SS-52c)', [52]],
  ['SS-52 to SS-55: a range', [52, 53, 54, 55]],
  ['SS-1, 6, 13: a list', [1, 6, 13]],
  ['a list (SS-1, 6)', [1, 6]],
  ['SS-1, 25 pods', [1]],
  ['SS-52c, SS-52d: two parts', [52]],
  ['S7: a scenario', []],
])('%s', (title, items) => {
  expect(itemsIn(title)).toEqual(items);
});

describe('scan', () => {
  const titles = (source: string) => scan('a.test.ts', source).citations.map(({ item, title }) => `${item} ${title}`);
  it.each([
    ['calls', "describe('SS-1', () => { it('SS-2', run); test.only('SS-3', run); scenario('SS-4', run); });"],
    ['tables', "it.each([['SS-1', 1], ['SS-2', 2]])('SS-3', run); const rows = [['SS-4', 0]] as const;"],
    [
      'tables of a helper',
      "check([['SS-1', ''], ['SS-2', '']]); it.each<[string]>(rows)('SS-3', run); play('SS-4', run);",
    ],
  ])('finds titles in %s', (_, source) => {
    expect(titles(source).toSorted()).toEqual(['1 SS-1', '2 SS-2', '3 SS-3', '4 SS-4']);
  });

  it('names the variables of a template', () => {
    expect(titles('it(`SS-5: ${kind} of ${a.b}`, run);')).toEqual(['5 SS-5: <kind> of <a.b>']);
  });

  it('does not count a test that is not run, and says what it leaves out', () => {
    const source = "it.skip('SS-1', run); it.todo('SS-2'); expect('SS-3').toBe(`SS-4 ${x}`); // SS-5";
    expect(scan('a.test.ts', source)).toEqual({ citations: [], overlooked: ['SS-1', 'SS-2', 'SS-3', 'SS-4 '] });
  });
});

describe('page', () => {
  const items = itemsOf(
    "One:\n  1: first\n  2: { name: second, open: half }\nTwo:\n  3: { name: 'a | b', not: gate }\n  4: last\n",
  );
  const citation = (item: number, title: string) => ({ item, file: 'model/a.test.ts', title });

  it('tells for each item what proves it, what is missing, or why it does not apply', () => {
    const text = page(items, [citation(1, 'SS-1: x | y'), citation(1, 'again (SS-1)'), citation(2, 'SS-2')]);
    const link = '[model/a.test.ts](../model/a.test.ts)';
    expect(text).toContain('4 items: 1 proven, 1 proven in part, 1 not proven yet, 1 does not apply.');
    expect(text).toContain(`| SS-1 | first | ${link}: \`SS-1: x \\| y\`, \`again (SS-1)\` |`);
    expect(text).toContain(`| SS-2 | second | ${link}: \`SS-2\`<br>**in part**: half |`);
    expect(text).toContain('| SS-3 | a \\| b | does not apply: gate |');
    expect(text).toContain('| SS-4 | last | **not proven yet** |');
  });

  it('refuses a note that says both', () => {
    expect(() => itemsOf('One:\n  1: { name: x, not: y, open: z }\n')).toThrow('1');
  });
});
