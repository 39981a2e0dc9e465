import { parseAst } from 'rolldown/parseAst';
import { type ESTree, Visitor } from 'rolldown/utils';

/** A test that says it proves an item of the checklist: SS-7 is item 7. */
export interface Citation {
  readonly item: number;
  readonly file: string;
  readonly title: string;
}

/** What one file of tests cites. `overlooked` are strings that cite an item, but are no title and no first cell of a table of cases. */
export interface Scan {
  readonly citations: readonly Citation[];
  readonly overlooked: readonly string[];
}

interface Text {
  /** Where the string begins; a template has a start for each of its pieces. */
  readonly starts: readonly number[];
  readonly text: string;
}

const declaresTests = new Set(['describe', 'it', 'play', 'scenario', 'test']);
const isLeftOut = /^(skip|todo|fails)/;
const cited = /SS-(\d+)[a-z]?(?: to SS-(\d+)|((?:, \d+)+)(?=[:;)]|$))?/g;

/** The items that a title cites: `SS-23, SS-24`, `SS-1, 6, 7:`, `SS-52 to SS-57`; a letter behind the number names a part of the item. */
export function itemsIn(title: string): readonly number[] {
  const items = [...title.matchAll(cited)].flatMap(([, first, last = first, more = '']) => [
    ...range(Number(first), Number(last)),
    ...[...more.matchAll(/\d+/g)].map(Number),
  ]);
  return [...new Set(items)];
}

export function scan(file: string, source: string): Scan {
  const titles: Text[] = [];
  const strings: Text[] = [];
  new Visitor({
    CallExpression({ callee, arguments: [title] }) {
      const found = declares(callee) ? textOf(title, source) : undefined;
      if (found !== undefined) titles.push(found);
    },
    ArrayExpression({ elements }) {
      for (const row of elements) {
        const found = row?.type === 'ArrayExpression' ? textOf(row.elements[0], source) : undefined;
        if (found !== undefined) titles.push(found);
      }
    },
    Literal({ value, start }) {
      if (typeof value === 'string') strings.push({ starts: [start], text: value });
    },
    TemplateElement({ value, start }) {
      strings.push({ starts: [start], text: value.raw });
    },
  }).visit(parseAst(source, { lang: 'ts' }, file));
  const counted = new Set(titles.flatMap(({ starts }) => starts));
  return {
    citations: titles.flatMap(({ text }) => itemsIn(text).map((item) => ({ item, file, title: text }))),
    overlooked: strings
      .filter(({ starts, text }) => itemsIn(text).length > 0 && !starts.some((start) => counted.has(start)))
      .map(({ text }) => text),
  };
}

/** `it`, `it.each(table)`, `describe.only`, ... */
function declares(callee: ESTree.Expression | ESTree.Super): boolean {
  if (callee.type === 'Identifier') return declaresTests.has(callee.name);
  if (callee.type === 'CallExpression') return declares(callee.callee);
  if (callee.type !== 'MemberExpression' || callee.property.type !== 'Identifier') return false;
  return !isLeftOut.test(callee.property.name) && declares(callee.object);
}

function textOf(node: ESTree.Node | null | undefined, source: string): Text | undefined {
  if (node?.type === 'Literal' && typeof node.value === 'string') return { starts: [node.start], text: node.value };
  if (node?.type !== 'TemplateLiteral') return undefined;
  const parts = node.quasis.map(({ value }, index) => {
    const variable = node.expressions[index];
    return `${value.cooked ?? value.raw}${variable === undefined ? '' : `<${source.slice(variable.start, variable.end)}>`}`;
  });
  return { starts: node.quasis.map(({ start }) => start), text: parts.join('') };
}

function range(first: number, last: number): readonly number[] {
  return Array.from({ length: Math.max(0, last - first) + 1 }, (_, index) => first + index);
}
