import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

const page = fileURLToPath(new URL('../../docs/metrics.md', import.meta.url));

export interface DocumentedMetric {
  readonly type: string;
  readonly labels: readonly string[];
}

/** The rows of the tables of docs/metrics.md, by name. */
export async function documentedMetrics(): Promise<ReadonlyMap<string, DocumentedMetric>> {
  const rows = (await readFile(page, 'utf8')).matchAll(/^\| `(\w+)` +\| (\w+) +\| (.*?) +\| /gm);
  return new Map(
    [...rows].map(([, name = '', type = '', labels = '']) => [
      name,
      { type, labels: [...labels.matchAll(/`(\w+)`/g)].map(([, label = '']) => label) },
    ]),
  );
}

/** Names of metrics of ours, Temporal's or the process' in an expression, without what a histogram adds to its own. */
export function metricsIn(expression: string): readonly string[] {
  const names = expression.match(/\b(?:ordinal|temporal|process|nodejs)_\w+/g) ?? [];
  return [...new Set(names.map((name) => name.replace(/_(bucket|sum|count)$/, '')))];
}
