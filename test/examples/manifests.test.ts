import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { z } from 'zod';

const examples = new URL('../../examples/', import.meta.url);
const scenarios = readdirSync(examples).filter((name) => /^s\d\d-/.test(name));
const manifests = scenarios.flatMap((scenario) =>
  readdirSync(new URL(`${scenario}/`, examples))
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => ({ scenario, file: `${scenario}/${file}` })),
);

const label = z.string().regex(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/);
const labels = z.record(z.string(), z.string());
const known: Readonly<Record<string, string>> = {
  Namespace: 'v1',
  Service: 'v1',
  PersistentVolume: 'v1',
  StorageClass: 'storage.k8s.io/v1',
  ClusterRoleBinding: 'rbac.authorization.k8s.io/v1',
  HorizontalPodAutoscaler: 'autoscaling/v2',
  PodDisruptionBudget: 'policy/v1',
  StatefulSet: 'apps/v1',
};
const anyObject = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.looseObject({ name: label, namespace: label.optional() }),
});
const service = z.looseObject({
  metadata: z.looseObject({ name: label, namespace: label.optional() }),
  spec: z.looseObject({ selector: labels, ports: z.array(z.looseObject({ port: z.int() })).min(1) }),
});
const container = z.looseObject({
  name: label,
  image: z.string().min(1),
  volumeMounts: z.array(z.strictObject({ name: label, mountPath: z.string().startsWith('/') })).default([]),
});
/** Strict where a typing error would be pruned in silence. */
const statefulSet = z.strictObject({
  apiVersion: z.literal('apps/v1'),
  kind: z.literal('StatefulSet'),
  metadata: z.strictObject({ name: label, namespace: label.optional(), annotations: labels.optional() }),
  spec: z.strictObject({
    serviceName: label,
    replicas: z.int().positive(),
    podManagementPolicy: z.enum(['OrderedReady', 'Parallel']).optional(),
    minReadySeconds: z.int().optional(),
    revisionHistoryLimit: z.int().optional(),
    ordinals: z.strictObject({ start: z.int() }).optional(),
    updateStrategy: z
      .strictObject({
        type: z.enum(['RollingUpdate', 'OnDelete']),
        rollingUpdate: z
          .strictObject({ partition: z.int().optional(), maxUnavailable: z.union([z.int(), z.string()]).optional() })
          .optional(),
      })
      .optional(),
    persistentVolumeClaimRetentionPolicy: z
      .strictObject({ whenDeleted: z.enum(['Retain', 'Delete']), whenScaled: z.enum(['Retain', 'Delete']) })
      .optional(),
    selector: z.strictObject({ matchLabels: labels }),
    template: z.strictObject({
      metadata: z.strictObject({ labels }),
      spec: z.looseObject({ containers: z.array(container).min(1) }),
    }),
    volumeClaimTemplates: z.array(
      z.strictObject({
        metadata: z.strictObject({ name: label, annotations: labels.optional() }),
        spec: z.strictObject({
          accessModes: z.array(z.enum(['ReadWriteOnce', 'ReadWriteMany'])).length(1),
          storageClassName: z.string().optional(),
          resources: z.strictObject({ requests: z.strictObject({ storage: z.string() }) }),
        }),
      }),
    ),
  }),
});
type StatefulSet = z.infer<typeof statefulSet>;

function read(file: string) {
  const documents = parseAllDocuments(readFileSync(new URL(file, examples), 'utf8'));
  for (const document of documents) if (document.errors.length > 0) throw document.errors[0];
  const objects = documents.map((document) => anyObject.parse(document.toJS()));
  const of = (kind: string) => objects.filter((object) => object.kind === kind);
  return { objects, of, sets: of('StatefulSet').map((set) => statefulSet.parse(set)) };
}

/** The set of a scenario's main manifest. */
function setOf(scenario: string): StatefulSet {
  const [set] = read(`${scenario}/manifest.yaml`).sets;
  if (set === undefined) throw new Error(`${scenario} has no set`);
  return set;
}

test('every scenario has a manifest and says what to type', () => {
  const numbers = scenarios.map((name) => Number(name.slice(1, 3)));
  expect(numbers).toEqual([...Array.from({ length: 19 }, (_, i) => i + 1), 21]);
  for (const scenario of scenarios) {
    expect(manifests.map(({ file }) => file)).toContain(`${scenario}/manifest.yaml`);
    const words = readFileSync(new URL(`${scenario}/README.md`, examples), 'utf8');
    expect(words).toMatch(new RegExp(`^# S${Number(scenario.slice(1, 3))}: `));
    expect(words).toContain('kubectl apply -f manifest.yaml');
  }
});

describe.each(manifests)('$file', ({ file }) => {
  const { objects, of, sets } = read(file);

  test('kinds, versions, and no name twice', () => {
    for (const { kind, apiVersion } of objects) expect(apiVersion).toBe(known[kind]);
    const ids = objects.map(({ kind, metadata: { name, namespace } }) => `${kind} ${namespace}/${name}`);
    expect(new Set(ids).size).toBe(ids.length);
    expect(sets.length).toBeGreaterThan(0);
  });

  test('namespaces come with the manifest', () => {
    const brought = new Set([undefined, ...of('Namespace').map(({ metadata: { name } }) => name)]);
    for (const { metadata } of objects) expect(brought).toContain(metadata.namespace);
  });

  test('selectors select, services exist, claims and mounts go together', () => {
    const services = of('Service').map((object) => service.parse(object));
    for (const { metadata, spec } of sets) {
      expect(spec.template.metadata.labels).toMatchObject(spec.selector.matchLabels);
      const governing = services.find(({ metadata: { name } }) => name === spec.serviceName);
      expect(governing?.metadata.namespace).toBe(metadata.namespace);
      expect(spec.template.metadata.labels).toMatchObject(governing?.spec.selector ?? { missing: spec.serviceName });
      const mounts = spec.template.spec.containers.flatMap(({ volumeMounts }) => volumeMounts.map(({ name }) => name));
      expect(mounts).toEqual(spec.volumeClaimTemplates.map((claim) => claim.metadata.name));
    }
  });

  test('no two sets of a namespace select the same pods', () => {
    for (const set of sets) {
      const selecting = sets.filter(({ spec: { selector } }) =>
        Object.entries(selector.matchLabels).every(([key, value]) => set.spec.template.metadata.labels[key] === value),
      );
      expect(selecting).toEqual([set]);
    }
  });
});

test.each([
  ['s01-ordered-start', 'nginx-sts', 'web-sts', 6, 'nginx-ordered', { podManagementPolicy: 'OrderedReady' }],
  ['s02-parallel', 'nginx-sts', 'web', 6, 'nginx-ordered', { podManagementPolicy: 'Parallel' }],
  [
    's04-partition-canary',
    'partition-canary',
    'web',
    6,
    'nginx',
    { updateStrategy: { rollingUpdate: { partition: 2 } } },
  ],
  ['s05-on-delete', 'on-delete', 'web', 3, 'nginx', { updateStrategy: { type: 'OnDelete' } }],
  ['s06-scale', 'scale', 'web', 2, 'nginx', {}],
  ['s07-stable-identity', 'stable-identity', 'web', 2, 'nginx', {}],
  ['s08-static-volumes', undefined, 'statefulset-test', 3, 'test-statefulset-svc', {}],
  ['s11-replicated-database', undefined, 'mongo', 3, 'mongo', {}],
  ['s12-reference-manifest', undefined, 'web', 3, 'nginx', { minReadySeconds: 10 }],
  ['s13-ordinals-start', 'ordinals-start', 'web', 3, 'nginx', { ordinals: { start: 5 } }],
  [
    's14-max-unavailable',
    'max-unavailable',
    'web',
    6,
    'nginx',
    { updateStrategy: { rollingUpdate: { maxUnavailable: 2 } } },
  ],
])('%s is the set that its scenario describes', (scenario, namespace, name, replicas, serviceName, spec) => {
  const set = setOf(scenario);
  expect(set.metadata).toEqual({ name, ...(namespace === undefined ? {} : { namespace }) });
  expect(set.spec).toMatchObject({ replicas, serviceName, ...spec });
});

test('all four combinations of the retention policy', () => {
  const policies = read('s15-claim-retention/manifest.yaml').sets.map(({ metadata: { name }, spec }) => {
    const { whenDeleted, whenScaled } = spec.persistentVolumeClaimRetentionPolicy ?? {};
    expect(name).toBe(`${whenDeleted}-${whenScaled}`.toLowerCase());
    return name;
  });
  expect(new Set(policies).size).toBe(4);
});

test('the volumes of S8 to S10 are static, and the three scenarios start alike', () => {
  const { of } = read('s08-static-volumes/manifest.yaml');
  expect(of('PersistentVolume').map(({ metadata: { name } }) => name)).toEqual(['test-0', 'test-1', 'test-2']);
  const texts = ['s08-static-volumes', 's09-pod-lost', 's10-ordered-deletion'].map((scenario) =>
    readFileSync(new URL(`${scenario}/manifest.yaml`, examples), 'utf8'),
  );
  expect(new Set(texts).size).toBe(1);
});

test('the autoscaler and the budget of S18 aim at the set', () => {
  const { of } = read('s18-autoscaler/manifest.yaml');
  const [autoscaler] = of('HorizontalPodAutoscaler');
  const { selector } = setOf('s18-autoscaler').spec;
  expect(of('PodDisruptionBudget')).toMatchObject([{ spec: { selector } }]);
  expect(autoscaler).toMatchObject({
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'StatefulSet', name: setOf('s18-autoscaler').metadata.name },
    },
  });
});
