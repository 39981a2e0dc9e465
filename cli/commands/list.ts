import type { OutputFlag } from '../flags.ts';
import { age } from '../render/age.ts';
import { marksFor } from '../render/marks.ts';
import { listOf, printed } from '../render/output.ts';
import { type SetRow, setRow } from '../render/set-row.ts';
import { table } from '../render/table.ts';
import type { Session } from '../session.ts';
import { qualifiedName } from '../set-name.ts';

export async function list(
  { client, console, namespace }: Session,
  _args: readonly string[],
  flags: OutputFlag & { readonly allNamespaces?: boolean },
): Promise<void> {
  const all = flags.allNamespaces === true;
  const sets = await client.list(all ? {} : { namespace });
  const rows = sets.map(setRow).sort(byPlace);
  const names = rows.map((row) => qualifiedName(flavour(row), row.name));
  if (await printed(console, flags.output, listOf('StatefulSetRow', rows), names)) return;
  if (rows.length === 0) {
    console.err(all ? 'No resources found' : `No resources found in ${namespace} namespace.`);
    return;
  }
  const mixed = new Set(rows.map(({ apiVersion }) => apiVersion)).size > 1;
  const wide = flags.output === 'wide';
  const marks = marksFor(console);
  const now = Date.now();
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
    mixed ? `${flavour(row) === 'apps/v1' ? 'sts' : 'osts'}/${row.name}` : row.name,
    String(row.desired),
    String(row.ready),
    String(row.updated),
    marks.phase(row.phase),
    row.step ?? '-',
    age(row.createdAt, now),
    ...(wide ? [row.images.join(','), row.message ?? ''] : []),
  ]);
  console.out(table(all ? ['NAMESPACE', ...header] : header, lines));
}

function flavour({ apiVersion }: SetRow): 'apps/v1' | 'ordinal.dev/v1' {
  return apiVersion === 'apps/v1' ? 'apps/v1' : 'ordinal.dev/v1';
}

function byPlace(a: SetRow, b: SetRow): number {
  return a.namespace.localeCompare(b.namespace) || a.name.localeCompare(b.name);
}
