import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { statefulSetDefinition } from '../../kube/crd.ts';

const path = z.array(z.string().min(1)).min(1);
const labels = z.record(z.string().regex(/^[a-z_]+$/), path);
const gauge = z.strictObject({
  path,
  labelsFromPath: labels.optional(),
  valueFrom: path.optional(),
  nilIsZero: z.boolean().optional(),
});

/** The part of the configuration of kube-state-metrics that we use: it ignores a field that it does not know. */
const configuration = z.strictObject({
  kind: z.literal('CustomResourceStateMetrics'),
  spec: z.strictObject({
    resources: z
      .array(
        z.strictObject({
          groupVersionKind: z.strictObject({ group: z.string(), version: z.string(), kind: z.string() }),
          metricNamePrefix: z.string().regex(/^kube_[a-z_]+$/),
          labelsFromPath: labels,
          metrics: z.array(
            z.strictObject({
              name: z.string().regex(/^[a-z_]+$/),
              help: z.string().min(1),
              each: z.discriminatedUnion('type', [
                z.strictObject({ type: z.literal('Gauge'), gauge }),
                z.strictObject({ type: z.literal('Info'), info: z.strictObject({ labelsFromPath: labels }) }),
              ]),
            }),
          ),
        }),
      )
      .length(1),
  }),
});

interface Schema {
  readonly type?: string;
  readonly format?: string;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
}

const { spec } = statefulSetDefinition();
const [version] = spec.versions;
const metadata: Schema = {
  properties: {
    name: { type: 'string' },
    namespace: { type: 'string' },
    generation: { type: 'integer' },
    creationTimestamp: { type: 'string', format: 'date-time' },
  },
};
const root: Schema = {
  properties: { ...(version?.schema.openAPIV3Schema as unknown as Schema | undefined)?.properties, metadata },
};

/** What the definition of the resource has at a path; undefined: there is no such field. */
const at = (steps: readonly string[], from: Schema | undefined): Schema | undefined =>
  steps.reduce<Schema | undefined>((schema, step) => schema?.properties?.[step], from);
const isNumber = ({ type, format, enum: values }: Schema) =>
  type === 'integer' || type === 'boolean' || format === 'date-time' || values?.[0] === 'True';

const file = new URL('../../deploy/observability/kube-state-metrics.yaml', import.meta.url);
const [resource] = configuration.parse(parse(await readFile(file, 'utf8'))).spec.resources;

test('kube-state-metrics is told of our resource, each metric once', () => {
  expect(resource?.groupVersionKind).toEqual({ group: spec.group, version: version?.name, kind: spec.names.kind });
  const names = resource?.metrics.map(({ name }) => name) ?? [];
  expect(names.length).toBeGreaterThan(8);
  expect(new Set(names).size).toBe(names.length);
  for (const steps of Object.values(resource?.labelsFromPath ?? {})) expect(at(steps, root), steps.join('.')).toBeDefined();
});

test.each(resource?.metrics ?? [])('$name: what it reads is in the resource, and is a number', ({ each }) => {
  if (each.type === 'Info') {
    for (const steps of Object.values(each.info.labelsFromPath)) expect(at(steps, root)?.type).toBe('string');
    return;
  }
  const { path: steps, labelsFromPath = {}, valueFrom = [], nilIsZero } = each.gauge;
  const found = at(steps, root);
  expect(found, steps.join('.')).toBeDefined();
  const element = found?.items ?? found;
  for (const label of Object.values(labelsFromPath)) expect(at(label, element)?.type).toBe('string');
  const value = at(valueFrom, element);
  expect(value && isNumber(value), 'a number, a truth or a time').toBe(true);
  // What may be absent is an error in its log for each set, unless absent means 0.
  const isAlwaysThere = steps[0] === 'metadata' || found?.items !== undefined || found?.default !== undefined;
  expect(nilIsZero === true || isAlwaysThere).toBe(true);
});
