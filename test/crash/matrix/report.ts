import type { Result } from './matrix.ts';
import { kindOf, type PointKind, pointKinds } from './point.ts';

interface Count {
  pairs: number;
  killed: number;
  passed: number;
  failed: number;
}

/** The table of a run, in Markdown: for each scenario and each kind of point the pairs, how many of them had the worker killed, passed, failed. */
export function table(results: readonly Result[]): string {
  const scenarios = [...new Set(results.map(({ scenario }) => scenario))];
  const kinds = pointKinds.filter((kind) => results.some(({ crash }) => kindOf(crash.label) === kind));
  const rows = scenarios.flatMap((scenario) => {
    const own = results.filter((result) => result.scenario === scenario);
    return kinds.flatMap((kind) => {
      const count = countOf(own.filter(({ crash }) => kindOf(crash.label) === kind));
      return count.pairs === 0 ? [] : [rowOf(`${scenario.name} ${scenario.title}`, kind, count)];
    });
  });
  const total = rowOf('all', '', countOf(results));
  const head = ['scenario', 'point', 'pairs', 'killed', 'passed', 'failed'];
  return aligned([head, ...rows, total]);
}

/** How soon another worker went on, in s. */
export function recovery(results: readonly Result[]): string {
  const ms = results
    .flatMap(({ outcome }) => (outcome.kind === 'passed' ? (outcome.resumedMs ?? []) : []))
    .sort((a, b) => a - b);
  if (ms.length === 0) return 'no pair passed';
  const at = (share: number) => ((ms[Math.round(share * (ms.length - 1))] ?? 0) / 1_000).toFixed(1);
  return `the next thing was done ${at(0.5)} s (median; ${at(0)} to ${at(1)} s) after the kill`;
}

function countOf(results: readonly Result[]): Count {
  const count = { pairs: results.length, killed: 0, passed: 0, failed: 0 };
  for (const { outcome } of results) {
    if (outcome.kind === 'passed' || (outcome.kind === 'failed' && outcome.killed)) count.killed += 1;
    if (outcome.kind === 'passed') count.passed += 1;
    if (outcome.kind === 'failed') count.failed += 1;
  }
  return count;
}

function rowOf(scenario: string, kind: PointKind | '', { pairs, killed, passed, failed }: Count): string[] {
  return [scenario, kind, ...[pairs, killed, passed, failed].map(String)];
}

function aligned(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map((row) => `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`);
  const rule = `| ${widths.map((width, column) => (column < 2 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`)).join(' | ')} |`;
  return [lines[0], rule, ...lines.slice(1)].join('\n');
}
