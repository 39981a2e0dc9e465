import type { StatefulSet } from '../../model/objects.ts';
import { flavourOf } from '../../model/flavour.ts';
import type { Console } from '../console.ts';
import type { OutputFlag } from '../flags.ts';
import { age } from '../render/age.ts';
import { marksFor } from '../render/marks.ts';
import { listOf, printed } from '../render/output.ts';
import { type SetRow, setRow } from '../render/set-row.ts';
import { table } from '../render/table.ts';
import { createScreen } from '../screen.ts';
import type { Session } from '../session.ts';
import { qualifiedName, shortName } from '../set-name.ts';

interface Flags extends OutputFlag {
  readonly allNamespaces?: boolean;
  readonly watch?: boolean;
}

export async function list(
  { client, console, namespace }: Session,
  _args: readonly string[],
  flags: Flags,
): Promise<void> {
  const all = flags.allNamespaces === true;
  const where = all ? {} : { namespace };
  if (flags.watch !== true) return show(console, await client.list(where), namespace, flags);
  const screen = createScreen(console);
  let last: readonly string[] = [];
  let told = false;
  let follows = false;
  for await (const sets of client.watch(where)) {
    const rows = rowsOf(sets);
    if (await printed(console, flags.output, listOf('StatefulSetRow', rows), namesOf(rows), { follows })) {
      follows = true;
      continue;
    }
    const text = () => tableOf(rows, console, flags);
    if (console.isTerminal) {
      screen.show(text);
      continue;
    }
    // A line for each set that is different, under one header; that time goes by is no difference.
    const seen = rows.map((row) => JSON.stringify(row));
    const [header = '', ...lines] = text().split('\n');
    const fresh = lines.filter((_, index) => !last.includes(seen[index] ?? ''));
    if (fresh.length > 0) console.out([...(told ? [] : [header]), ...fresh].join('\n'));
    told ||= fresh.length > 0;
    last = seen;
  }
  screen.end();
}

async function show(console: Console, sets: readonly StatefulSet[], namespace: string, flags: Flags): Promise<void> {
  const rows = rowsOf(sets);
  if (await printed(console, flags.output, listOf('StatefulSetRow', rows), namesOf(rows))) return;
  if (rows.length > 0) return console.out(tableOf(rows, console, flags));
  console.err(flags.allNamespaces === true ? 'No resources found' : `No resources found in ${namespace} namespace.`);
}

function rowsOf(sets: readonly StatefulSet[]): readonly SetRow[] {
  return sets.map(setRow).sort(byPlace);
}

function namesOf(rows: readonly SetRow[]): readonly string[] {
  return rows.map((row) => qualifiedName(flavourOf(row), row.name));
}

/** `now` in ms since the epoch. */
export function tableOf(
  rows: readonly SetRow[],
  console: Pick<Console, 'isTerminal' | 'colour'>,
  { allNamespaces: all = false, output }: Pick<Flags, 'allNamespaces' | 'output'>,
  now = Date.now(),
): string {
  const mixed = new Set(rows.map(({ apiVersion }) => apiVersion)).size > 1;
  const wide = output === 'wide';
  const marks = marksFor(console);
  const header = [
    'NAME',
    'DESIRED',
    'READY',
    'UPDATED',
    'PHASE',
    'STEP',
    'AGE',
    ...(wide ? ['IMAGES', 'MESSAGE'] : []),
  ];
  const lines = rows.map((row) => [
    ...(all ? [row.namespace] : []),
    mixed ? shortName(flavourOf(row), row.name) : row.name,
    String(row.desired),
    String(row.ready),
    String(row.updated),
    marks.phase(row.phase),
    row.step ?? '-',
    age(row.createdAt, now),
    ...(wide ? [row.images.join(','), row.message ?? ''] : []),
  ]);
  return table(all ? ['NAMESPACE', ...header] : header, lines);
}

function byPlace(a: SetRow, b: SetRow): number {
  return a.namespace.localeCompare(b.namespace) || a.name.localeCompare(b.name);
}
