import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { documentedMetrics, metricsIn } from '../../test/support/documented-metrics.ts';
import { connectionFamilies } from './connection-families.ts';
import { expositionText } from './exposition.ts';
import { metricsPage } from './metrics-page.ts';
import { createProcessFamilies } from './process-families.ts';
import { setFamilies } from './set-families.ts';
import { createWorkerMetrics } from './worker-metrics.ts';

const folder = fileURLToPath(new URL('../../deploy/observability/', import.meta.url));
const documented = await documentedMetrics();
/** They come from the workflows: `test/e2e/metrics.test.ts` sees them. */
const ofWorkflows = ['ordinal_operations_total', 'ordinal_operation_duration_seconds'];

test('every metric of a worker is documented with its type, and every documented one is a metric', async () => {
  const api = { requests: [], retries: 0, throttledSeconds: 0 };
  const families = [
    ...createWorkerMetrics(() => 0).read(),
    ...setFamilies({ sets: () => [], view: () => undefined }, true),
    ...connectionFamilies({ api, stalenessMs: 0, eventsDropped: 0, holdsLease: false }),
    ...createProcessFamilies()(),
  ];
  const page = await metricsPage(families, () => Promise.resolve(''));
  const exposed = [...page.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name, type]) => `${name} ${type}`);
  const ours = [...documented].filter(([name]) => !name.startsWith('temporal_') && !ofWorkflows.includes(name));
  expect(exposed.toSorted()).toEqual(ours.map(([name, { type }]) => `${name} ${type}`).toSorted());
  for (const name of ofWorkflows) expect(documented.has(name), name).toBe(true);
  expect(expositionText(families)).toMatch(/^# HELP ordinal_steps_total \w/);
});

test('the dashboard asks for documented metrics only', async () => {
  const dashboard = JSON.parse(await readFile(`${folder}dashboard.json`, 'utf8')) as {
    readonly panels: readonly { readonly title: string; readonly targets: readonly { readonly expr: string }[] }[];
  };
  const expressions = dashboard.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr));
  expect(expressions.length).toBeGreaterThan(15);
  for (const expression of expressions) expect(metricsIn(expression), expression).not.toEqual([]);
  expect(expressions.flatMap(metricsIn).filter((name) => !documented.has(name))).toEqual([]);
});

test('the alert rules ask for documented metrics only, and say what to do', async () => {
  const { groups } = parse(await readFile(`${folder}alerts.yaml`, 'utf8')) as {
    readonly groups: readonly {
      readonly rules: readonly {
        readonly alert: string;
        readonly expr: string;
        readonly annotations: { readonly summary: string; readonly action: string };
      }[];
    }[];
  };
  const rules = groups.flatMap(({ rules }) => rules);
  expect(rules.length).toBeGreaterThan(5);
  for (const { alert, expr, annotations } of rules) {
    expect(metricsIn(expr), alert).not.toEqual([]);
    expect(annotations.summary, alert).toMatch(/\w/);
    expect(annotations.action, alert).toMatch(/\w/);
  }
  expect(rules.flatMap(({ expr }) => metricsIn(expr)).filter((name) => !documented.has(name))).toEqual([]);
});
