import type { Violation } from './violation.ts';

/** One violation a line, in columns; the words of it come last and may be long. */
export function table(violations: readonly Violation[]): string {
  const rows = violations.map((found) => [
    new Date(found.at).toISOString(),
    found.rule,
    found.set ?? '-',
    `${found.namespace}/${found.object}`,
    found.resourceVersion ?? '-',
    found.auditId ?? '-',
    found.message,
  ]);
  const all = [['AT', 'RULE', 'SET', 'OBJECT', 'RV', 'AUDIT ID', 'WHAT'], ...rows];
  const width = (column: number) => Math.max(...all.map((row) => row[column]?.length ?? 0));
  const widths = [0, 1, 2, 3, 4, 5].map(width);
  return all.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')).join('\n');
}
