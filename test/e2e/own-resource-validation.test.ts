import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { statefulSetDefinition } from '../../kube/crd.ts';
import { KubeClient } from '../../kube/client.ts';
import { connectCluster } from '../../kube/connect.ts';
import { KubeError } from '../../kube/errors.ts';
import { customResourceDefinitions, setsOf } from '../../kube/resources.ts';
import type { StatefulSet } from '../../model/objects.ts';
import { waitUntil } from '../../sandbox/processes/wait-until.ts';
import { type OwnCluster, startOwnCluster } from '../support/own-cluster.ts';

type Json = Record<string, unknown>;

const labels = { app: 'web' };
const containers = [{ name: 'web', image: 'nginx' }];
const template = { metadata: { labels }, spec: { containers } };
const claim = {
  metadata: { name: 'www' },
  spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
};
const good = { selector: { matchLabels: labels }, template };

// A cluster of its own, without a worker: nobody else writes a status.
let cluster: OwnCluster;
let client: KubeClient;
const sets = setsOf('ordinal.dev/v1');

beforeAll(async () => {
  cluster = await startOwnCluster();
  client = new KubeClient(connectCluster({ kubeconfigPath: cluster.target.kubeconfig }));
  const definition = statefulSetDefinition();
  await client.patch(customResourceDefinitions, undefined, definition.metadata.name, definition, 'apply', {
    force: true,
  });
  await waitUntil('the resource is served', () => create(good));
});

afterAll(async () => {
  await client?.transport.close();
  await cluster?.stop();
});

/** Nothing is stored; what comes back is what would have been. */
function create(spec: Json, name = 'web'): Promise<StatefulSet> {
  return client.create(sets, 'default', { metadata: { name }, spec }, { dryRun: true, fieldValidation: 'Strict' });
}

async function refusal(attempt: Promise<unknown>): Promise<string> {
  try {
    await attempt;
    return 'accepted';
  } catch (error) {
    if (!(error instanceof KubeError)) throw error;
    return error.message;
  }
}

const pod = (spec: Json) => ({ template: { metadata: { labels }, spec: { containers, ...spec } } });
const expression = (...matchExpressions: Json[]) => ({ selector: { matchExpressions } });
const rolling = (rollingUpdate: Json) => ({ updateStrategy: { type: 'RollingUpdate', rollingUpdate } });

const refused: readonly (readonly [what: string, spec: Json, says: RegExp])[] = [
  ['SS-1 negative replicas', { replicas: -1 }, /spec\.replicas: Invalid value.*greater than or equal to 0/],
  ['SS-1 more replicas than int32', { replicas: 2 ** 31 }, /spec\.replicas: Invalid value/],
  ['SS-2 no selector', { selector: undefined }, /spec\.selector: Required value/],
  ['SS-2 an empty selector', { selector: {} }, /spec\.selector: Invalid value.*empty selector is invalid/],
  ['SS-2 a selector of nothing', { selector: { matchLabels: {} } }, /empty selector is invalid/],
  [
    'SS-2 another label than that of the template',
    { selector: { matchLabels: { app: 'other' } } },
    /spec\.template\.metadata: Invalid value.*`selector` does not match template `labels`/,
  ],
  [
    'SS-2 a template without labels',
    { template: { spec: { containers } } },
    /`selector` does not match template `labels`/,
  ],
  ['SS-2 In', expression({ key: 'app', operator: 'In', values: ['db'] }), /does not match template/],
  ['SS-2 NotIn', expression({ key: 'app', operator: 'NotIn', values: ['web'] }), /does not match template/],
  ['SS-2 Exists', expression({ key: 'tier', operator: 'Exists' }), /does not match template/],
  ['SS-2 DoesNotExist', expression({ key: 'app', operator: 'DoesNotExist' }), /does not match template/],
  ['SS-2 In without values', expression({ key: 'app', operator: 'In' }), /values are required/],
  ['SS-2 Exists with values', expression({ key: 'app', operator: 'Exists', values: ['web'] }), /values are required/],
  ['SS-2 an operator', expression({ key: 'app', operator: 'Gt', values: ['1'] }), /operator: Unsupported value: "Gt"/],
  ['SS-2 no label', { selector: { matchLabels: { app: 'not a label' } } }, /spec\.selector\.matchLabels\.app/],
  ['SS-3 no template', { template: undefined }, /spec\.template: Required value/],
  ['SS-3 no containers', pod({ containers: [] }), /spec\.template\.spec\.containers: Invalid value/],
  [
    'SS-3 two containers of a name',
    pod({ containers: [...containers, ...containers] }),
    /spec\.template\.spec\.containers\[1\]: Duplicate value/,
  ],
  [
    'SS-3 restartPolicy',
    pod({ restartPolicy: 'Never' }),
    /spec\.template\.spec\.restartPolicy: Unsupported value: "Never": supported values: "Always"/,
  ],
  [
    'SS-3 activeDeadlineSeconds',
    pod({ activeDeadlineSeconds: 5 }),
    /spec\.template\.spec\.activeDeadlineSeconds: Forbidden/,
  ],
  ['SS-4 a claim without access', { volumeClaimTemplates: [{ ...claim, spec: {} }] }, /accessModes: Required value/],
  [
    'SS-4 a claim without a size',
    { volumeClaimTemplates: [{ ...claim, spec: { ...claim.spec, resources: { requests: {} } } }] },
    /resources\.requests\.storage: Required value/,
  ],
  ['SS-5 no DNS label as serviceName', { serviceName: 'a.b' }, /spec\.serviceName: Invalid value/],
  [
    'SS-6 another podManagementPolicy',
    { podManagementPolicy: 'Random' },
    /podManagementPolicy: Unsupported value: "Random": supported values: "OrderedReady", "Parallel"/,
  ],
  ['SS-8 a negative partition', rolling({ partition: -1 }), /rollingUpdate\.partition: Invalid value/],
  ['SS-9 maxUnavailable of 0', rolling({ maxUnavailable: 0 }), /rollingUpdate\.maxUnavailable: Invalid value/],
  ['SS-9 a negative maxUnavailable', rolling({ maxUnavailable: -2 }), /rollingUpdate\.maxUnavailable: Invalid value/],
  ['SS-9 0%', rolling({ maxUnavailable: '0%' }), /rollingUpdate\.maxUnavailable: Invalid value/],
  ['SS-9 101%', rolling({ maxUnavailable: '101%' }), /rollingUpdate\.maxUnavailable: Invalid value/],
  ['SS-9 no percentage', rolling({ maxUnavailable: 'two' }), /rollingUpdate\.maxUnavailable: Invalid value/],
  [
    'SS-11 a rollingUpdate block with OnDelete',
    { updateStrategy: { type: 'OnDelete', rollingUpdate: { partition: 1 } } },
    /spec\.updateStrategy\.rollingUpdate: Invalid value.*only allowed for updateStrategy 'RollingUpdate'/,
  ],
  [
    'SS-11 with Recreate',
    { updateStrategy: { type: 'Recreate', rollingUpdate: {} } },
    /only allowed for updateStrategy/,
  ],
  ['SS-11 an unknown type', { updateStrategy: { type: 'Fast' } }, /updateStrategy\.type: Unsupported value: "Fast"/],
  ['SS-13 a limit that is no number', { revisionHistoryLimit: 'many' }, /spec\.revisionHistoryLimit: Invalid value/],
  ['SS-14 negative minReadySeconds', { minReadySeconds: -1 }, /spec\.minReadySeconds: Invalid value/],
  ['SS-15 a negative start', { ordinals: { start: -1 } }, /spec\.ordinals\.start: Invalid value/],
  [
    'SS-16 another retention',
    { persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Archive' } },
    /whenDeleted: Unsupported value: "Archive"/,
  ],
  ['an unknown field', { replica: 3 }, /unknown field "spec\.replica"/],
  [
    'an unknown field of the strategy',
    rolling({ maxSurge: 1 }),
    /unknown field "spec\.updateStrategy\.rollingUpdate\.max/,
  ],
];

test('a set that nobody has looked at says so in its status, for tools that take none for a settled one', async () => {
  const created = await create(good);
  expect(created.metadata.generation).toBe(1);
  expect(created.status).toEqual({ observedGeneration: 0, replicas: 0 });
});

describe('a set of our own resource is refused with', () => {
  test.each(refused)('%s', async (_, spec, says) => {
    expect(await refusal(create({ ...good, ...spec }))).toMatch(says);
  });

  test.each([
    ['a dot', 'web.one'],
    ['64 characters', 'a'.repeat(64)],
  ])('SS-18 a name with %s', async (_, name) => {
    expect(await refusal(create(good, name))).toMatch(/metadata\.name must be a DNS label/);
  });
});

describe('a set of our own resource is accepted with', () => {
  const accepted: readonly (readonly [what: string, spec: Json])[] = [
    ['SS-1 no replicas at all', { replicas: 0 }],
    ['SS-2 expressions that hold', expression({ key: 'app', operator: 'In', values: ['web', 'db'] })],
    ['SS-2 expressions that hold by absence', expression({ key: 'tier', operator: 'NotIn', values: ['db'] })],
    ['SS-3 fields of a pod that we do not know', pod({ fieldOfNextYear: { a: [1] } })],
    ['SS-4 a claim that nobody mounts', { volumeClaimTemplates: [claim] }],
    ['SS-4 a claim as the API server exports it', { volumeClaimTemplates: [exported(claim)] }],
    ['SS-5 no serviceName', { serviceName: '' }],
    ['SS-8 a partition beyond the replicas', rolling({ partition: 7 })],
    ['SS-9 100%', rolling({ maxUnavailable: '100%' })],
    ['SS-9 more than there are', rolling({ maxUnavailable: 50 })],
    ['SS-12 Recreate', { updateStrategy: { type: 'Recreate' } }],
    ['SS-13 a negative limit: keep all', { revisionHistoryLimit: -1 }],
    ['paused', { paused: true }],
  ];
  test.each(accepted)('%s', async (_, spec) => {
    expect(await refusal(create({ ...good, ...spec }))).toBe('accepted');
  });

  test('SS-18 a name of 63 characters', async () => {
    expect(await refusal(create(good, 'a'.repeat(63)))).toBe('accepted');
  });
});

function shown(template: typeof claim) {
  const { creationTimestamp: _, ...metadata } = exported(template).metadata;
  return { ...exported(template), metadata };
}

function exported(template: typeof claim) {
  const { metadata, spec } = template;
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { ...metadata, creationTimestamp: null },
    spec: { ...spec, volumeMode: 'Filesystem' },
    status: { phase: 'Pending' },
  };
}

describe('defaults', () => {
  test('SS-1, 6, 7, 8, 9, 13, 16: those of apps/v1', async () => {
    const own = await create(good);
    const native = await client.create(
      setsOf('apps/v1'),
      'default',
      { metadata: { name: 'web' }, spec: good },
      { dryRun: true },
    );
    const { template: _, ...wanted } = native.spec;
    const { template: __, ...found } = own.spec;
    expect({ serviceName: '', ...found }).toEqual(wanted);
    expect(own.spec.template).toEqual(template);
  });

  test('SS-7: an explicit type gets no rollingUpdate block, an explicit block its partition', async () => {
    const explicit = await create({ ...good, updateStrategy: { type: 'RollingUpdate' } });
    expect(explicit.spec.updateStrategy).toEqual({ type: 'RollingUpdate' });
    const block = await create({ ...good, updateStrategy: { rollingUpdate: {} } });
    expect(block.spec.updateStrategy).toEqual({
      type: 'RollingUpdate',
      rollingUpdate: { partition: 0, maxUnavailable: 1 },
    });
  });
});

describe('once it exists', () => {
  const name = `kept-${Math.random().toString(36).slice(2, 8)}`;
  const spec = { ...good, serviceName: 'web', volumeClaimTemplates: [claim] };
  const patch = (change: Json) => client.patch(sets, 'default', name, change, 'merge', { dryRun: true });

  beforeAll(() => client.create(sets, 'default', { metadata: { name }, spec }));
  afterAll(() => client.remove(sets, 'default', name));

  const immutable: readonly (readonly [string, Json])[] = [
    ['selector', { selector: { matchLabels: { tier: 'x' } }, template: { metadata: { labels: { tier: 'x' } } } }],
    ['serviceName', { serviceName: 'other' }],
    ['serviceName, taken away', { serviceName: null }],
    ['podManagementPolicy', { podManagementPolicy: 'Parallel' }],
    ['volumeClaimTemplates', { volumeClaimTemplates: [{ ...claim, metadata: { name: 'data' } }] }],
    [
      'volumeClaimTemplates, in a field that we do not know',
      {
        volumeClaimTemplates: [{ ...claim, spec: { ...claim.spec, storageClassName: 'fast' } }],
      },
    ],
    ['volumeClaimTemplates, taken away', { volumeClaimTemplates: null }],
  ];
  test.each(immutable)('SS-17 %s may not change', async (_, change) => {
    expect(await refusal(patch({ spec: change }))).toMatch(
      /spec: Forbidden: updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden/,
    );
  });

  const mutable: readonly (readonly [string, Json])[] = [
    ['replicas', { replicas: 5 }],
    ['volumeClaimTemplates, written as a set of apps/v1 shows them', { volumeClaimTemplates: [shown(claim)] }],
    ['ordinals', { ordinals: { start: 3 } }],
    ['template', { template: { spec: { containers: [{ name: 'web', image: 'nginx:2' }] } } }],
    ['updateStrategy', { updateStrategy: { type: 'OnDelete', rollingUpdate: null } }],
    ['revisionHistoryLimit', { revisionHistoryLimit: 0 }],
    ['persistentVolumeClaimRetentionPolicy', { persistentVolumeClaimRetentionPolicy: { whenScaled: 'Delete' } }],
    ['minReadySeconds', { minReadySeconds: 5 }],
    ['paused', { paused: true }],
  ];
  test.each(mutable)('SS-17 %s may change', async (_, change) => {
    expect(await refusal(patch({ spec: change }))).toBe('accepted');
  });

  test('SS-19: status comes by its own door only, and moves no generation', async () => {
    const before = await client.get(sets, 'default', name);
    expect(before.status?.replicas).toBe(0);
    const told = await client.replaceStatus(sets, 'default', name, {
      ...before,
      spec: { ...before.spec, replicas: 9 },
      status: { replicas: 1 },
    });
    expect(told).toMatchObject({ metadata: { generation: 1 }, spec: { replicas: 1 }, status: { replicas: 1 } });
    const written = await client.replace(sets, 'default', name, { ...told, status: { replicas: 4 } });
    expect(written.status).toEqual({ replicas: 1 });
    const dry = await client.patch(sets, 'default', name, { spec: { replicas: 3 } }, 'merge', { dryRun: true });
    expect(dry.metadata.generation).toBe(2);
  });

  const statuses: readonly (readonly [string, Json])[] = [
    ['a negative counter', { replicas: 1, readyReplicas: -1 }],
    ['more ready than there are', { replicas: 1, readyReplicas: 2 }],
    ['more updated than there are', { replicas: 1, updatedReplicas: 2 }],
    ['more current than there are', { replicas: 1, currentReplicas: 2 }],
    ['more available than ready', { replicas: 2, readyReplicas: 1, availableReplicas: 2 }],
    ['a negative observedGeneration', { observedGeneration: -1 }],
  ];
  test.each(statuses)('SS-20 a status with %s is refused', async (_, status) => {
    const set = await client.get(sets, 'default', name);
    const attempt = client.replaceStatus(sets, 'default', name, { ...set, status }, { dryRun: true });
    expect(await refusal(attempt)).toMatch(/status\..*(Invalid value|greater than)/);
  });

  test('SS-20 collisionCount never goes back', async () => {
    const set = await client.get(sets, 'default', name);
    const raised = await client.replaceStatus(sets, 'default', name, { ...set, status: { collisionCount: 2 } });
    const lowered = { ...raised, status: { collisionCount: 1 } };
    expect(await refusal(client.replaceStatus(sets, 'default', name, lowered))).toMatch(/cannot be decremented/);
  });

  test('SS-21, SS-124: short name, category, scale', async () => {
    const definition = statefulSetDefinition().spec;
    expect(definition.names).toMatchObject({ shortNames: ['osts'], categories: ['all'] });
    const set = await client.get(sets, 'default', name);
    await client.replaceStatus(sets, 'default', name, {
      ...set,
      status: { ...set.status, replicas: 1, selector: 'app=web' },
    });
    const path = `/apis/ordinal.dev/v1/namespaces/default/statefulsets/${name}/scale`;
    const scale = await client.transport.request(
      { verb: 'get', method: 'GET', path, resource: 'scale', repeatable: true },
      {},
    );
    expect(scale).toMatchObject({ spec: { replicas: 1 }, status: { replicas: 1, selector: 'app=web' } });
  });
});
