import type { FieldProblem } from '../client/errors.ts';

/** An error for a person: its message, and each field that the message does not name on a line of its own. */
export function errorText(error: unknown, explain: (field: FieldProblem) => FieldProblem = (field) => field): string {
  if (!(error instanceof Error)) return String(error);
  const fields = 'fields' in error && Array.isArray(error.fields) ? (error.fields as readonly FieldProblem[]) : [];
  const untold = fields.filter(({ path }) => path === '' || !error.message.includes(path)).map(explain);
  const lines = untold.map(({ path, message }) => `  ${path === '' ? message : `${path}: ${message}`}`);
  return [error.message, ...lines].join('\n');
}
