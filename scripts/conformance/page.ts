import type { Citation } from './citations.ts';
import type { Item } from './notes.ts';

type Verdict = 'proven' | 'proven in part' | 'not proven yet' | 'does not apply';

const verdicts: readonly Verdict[] = ['proven', 'proven in part', 'not proven yet', 'does not apply'];

/** The text of docs/conformance.md. */
export function page(items: readonly Item[], citations: readonly Citation[]): string {
  const count = verdicts.map((verdict) => {
    const found = items.filter((item) => verdictOf(item, citations) === verdict);
    return `${found.length} ${verdict}`;
  });
  const chapters = [...new Set(items.map(({ chapter }) => chapter))];
  return [
    '# Conformance',
    '',
    'What a StatefulSet does, item by item, and the tests that prove that Ordinal does the same. Generated from the titles of the tests by',
    '`npm run conformance`; the names of the items are in [conformance-notes.yaml](conformance-notes.yaml). Where Ordinal deliberately does better',
    'than upstream, the name of the item says so. What the API server and the garbage collector do for sets of `apps/v1` is theirs; validation is',
    'proven for sets of our own resource.',
    '',
    `${items.length} items: ${count.join(', ')}.`,
    '',
    '<!-- prettier-ignore-start -->',
    ...chapters.flatMap((chapter) => [
      '',
      `## ${chapter}`,
      '',
      '| item | what | proof |',
      '| --- | --- | --- |',
      ...items
        .filter((item) => item.chapter === chapter)
        .map((item) => `| SS-${item.item} | ${cell(item.name)} | ${proof(item, citations)} |`),
    ]),
    '',
    '<!-- prettier-ignore-end -->',
    '',
  ].join('\n');
}

function verdictOf(item: Item, citations: readonly Citation[]): Verdict {
  if (item.not !== undefined) return 'does not apply';
  if (!citations.some((citation) => citation.item === item.item)) return 'not proven yet';
  return item.open === undefined ? 'proven' : 'proven in part';
}

function proof(item: Item, citations: readonly Citation[]): string {
  if (item.not !== undefined) return `does not apply: ${cell(item.not)}`;
  const own = citations.filter((citation) => citation.item === item.item);
  const files = [...new Set(own.map(({ file }) => file))].toSorted();
  const lines = files.map((file) => {
    const titles = new Set(own.filter((citation) => citation.file === file).map(({ title }) => code(title)));
    return `[${file}](../${file}): ${[...titles].join(', ')}`;
  });
  const missing = item.open === undefined ? [] : [cell(item.open)];
  if (lines.length === 0) return ['**not proven yet**', ...missing].join(': ');
  return [...lines, ...missing.map((text) => `**in part**: ${text}`)].join('<br>');
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('<', '&lt;');
}

function code(title: string): string {
  const quote = title.includes('`') ? '``' : '`';
  return `${quote}${title.replaceAll('|', '\\|')}${quote}`;
}
