import { stripVTControlCharacters } from 'node:util';

/** Columns as kubectl lays them out: left-aligned, three spaces apart, no lines. Cells may carry colour. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  return columns([header, ...rows]);
}

/** Rows without a header. */
export function columns(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [index, cell] of row.entries()) widths[index] = Math.max(widths[index] ?? 0, width(cell));
  }
  return rows
    .map((row) =>
      row
        .map((cell, index) =>
          index === row.length - 1 ? cell : cell + ' '.repeat((widths[index] ?? 0) - width(cell) + 3),
        )
        .join('')
        .trimEnd(),
    )
    .join('\n');
}

/** Characters that a cell takes on the screen. */
function width(cell: string): number {
  return Array.from(stripVTControlCharacters(cell)).length;
}
