import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createPod } from '../../activities/create-pod.ts';
import { ensureClaims } from '../../activities/ensure-claims.ts';
import type { Dependencies } from '../../activities/dependencies.ts';
import type { Look } from '../../activities/planner.ts';
import {
  electionRules,
  identityRules,
  nativeProbeRules,
  nativeServingRules,
  type Rule,
  servingRules,
} from '../../install/rules.ts';
import { KubeClient } from '../../kube/client.ts';
import { connectCluster } from '../../kube/connect.ts';
import { statefulSetDefinition } from '../../kube/crd.ts';
import { customResourceDefinitions } from '../../kube/resources.ts';
import type { StatefulSet } from '../../model/objects.ts';
import { findFreePorts } from '../../sandbox/processes/free-ports.ts';
import { waitUntil } from '../../sandbox/processes/wait-until.ts';
import type { Manifest } from '../support/example.ts';
import { workerUser } from '../support/installed-identity.ts';
import { type OwnCluster, startOwnCluster } from '../support/own-cluster.ts';
import { playOn } from '../support/scenario.ts';
import type { Scene } from '../support/scene.ts';
import { type Right, rightOf, workerRights } from '../support/worker-rights.ts';
import type { WorkerProcess } from '../support/worker-process.ts';

let cluster: OwnCluster;

beforeAll(async () => {
  cluster = await startOwnCluster();
  const client = new KubeClient(connectCluster({ kubeconfigPath: cluster.target.kubeconfig }));
  const definition = statefulSetDefinition();
  await client.create(customResourceDefinitions, undefined, definition);
  await client.transport.close();
  await cluster.startWorker(['--resource', 'ordinal.dev/v1', 'apps/v1']);
});

afterAll(() => cluster?.stop());

const rules = [...servingRules, ...nativeServingRules, ...electionRules, ...nativeProbeRules, ...identityRules];

const rightsOf = ({ apiGroups, resources, verbs }: Rule): readonly Right[] =>
  apiGroups.flatMap((group) => resources.flatMap((resource) => verbs.map((verb) => rightOf(verb, group, resource))));

/** Asked for by the API server when owner references are set, not by a call of their own: each has a test below. */
const implied = new Set([
  'delete persistentvolumeclaims',
  'update pods/finalizers',
  'update ordinal.dev statefulsets/finalizers',
  'update apps statefulsets/finalizers',
]);

const apiVersions = ['apps/v1', 'ordinal.dev/v1'] as const;

const resourceOf = (apiVersion: (typeof apiVersions)[number]) => `statefulsets.${apiVersion.split('/')[0]}`;

/** A set whose claims go with their pods. */
async function withClaims(scene: Scene, apiVersion: (typeof apiVersions)[number], name: string): Promise<Manifest[]> {
  const objects = (await scene.example('s15-claim-retention', { apiVersion })).filter(
    ({ kind, metadata }) => kind === 'StatefulSet' && metadata.name === 'delete-delete',
  );
  return objects.map((set) => ({
    ...set,
    metadata: { ...set.metadata, name, annotations: { 'ordinal.dev/ordered-deletion': 'true' } },
    spec: { ...set.spec, replicas: 2, revisionHistoryLimit: 0 },
  }));
}

const conditions = (scene: Scene, name: string) =>
  (scene.set(name) as StatefulSet | undefined)?.status?.conditions ?? [];

async function ready(scene: Scene, resource: string, name: string): Promise<void> {
  const { generation } = JSON.parse(await scene.kubectl(['get', resource, name, '-o', 'json'])).metadata as {
    readonly generation: number;
  };
  await scene.until(
    `${name} is ready`,
    () => {
      const set = scene.set(name);
      const isReady = conditions(scene, name).some(({ type, status }) => type === 'Ready' && status === 'True');
      return isReady && set?.status?.observedGeneration === generation;
    },
    60_000,
  );
}

test('each right is used, and no other is asked for (SS-118)', { timeout: 300_000 }, async () => {
  const second = await cluster.startWorker(['--resource', 'ordinal.dev/v1', 'apps/v1', '--no-probe']);
  await playOn(cluster.target, 'rights', async (scene) => {
    for (const [index, apiVersion] of apiVersions.entries()) {
      const resource = resourceOf(apiVersion);
      const name = `web-${index}`;
      await scene.apply(await withClaims(scene, apiVersion, name));
      await ready(scene, resource, name);
      const image = [{ op: 'replace', path: '/spec/template/spec/containers/0/image', value: 'nginx:2' }];
      await scene.kubectl(['patch', resource, name, '--type=json', '-p', JSON.stringify(image)]);
      await ready(scene, resource, name);
      await scene.kubectl(['scale', `${resource}/${name}`, '--replicas=1']);
      await scene.until('the claim is gone', () => !scene.claims().has(`www-${name}-1`));
      await scene.kubectl(['delete', resource, name, '--cascade=orphan']);
      await scene.apply(await withClaims(scene, apiVersion, name));
      await ready(scene, resource, name);
      await rarePaths(scene, apiVersion, name);
      for (const loss of [1, 2, 3, 4, 5]) await losePod(scene, name, loss);
      await takeRevisionName(scene, resource, name);
      await scene.apply(await withClaims(scene, apiVersion, name));
      await ready(scene, resource, name);
    }
  });
  await second.kill('SIGTERM');
  const wanted = new Set(rules.flatMap(rightsOf));
  await waitUntil(
    'every right is on record',
    async () => {
      const { used } = await workerRights(cluster.target.auditLog);
      return [...wanted].every((right) => used.has(right) || implied.has(right));
    },
    { timeoutMs: 10_000 },
  ).catch(() => undefined);
  const { used, missing } = await workerRights(cluster.target.auditLog);
  expect([...missing]).toEqual([]);
  expect([...used].filter((right) => !wanted.has(right))).toEqual([]);
  expect([...wanted].filter((right) => !used.has(right) && !implied.has(right))).toEqual([]);
});

interface SetEvent {
  readonly involvedObject: { readonly uid?: string };
  readonly message: string;
  readonly count?: number;
}

/**
 * Told as an event; a worker that has written one counts it up. There are two workers, and one has written none yet: after some losses, each of which
 * is written before the next, one of them has told two.
 */
async function losePod(scene: Scene, set: string, losses: number): Promise<void> {
  const name = `${set}-0`;
  const uid = scene.pods().get(name)?.metadata.uid;
  await scene.kubectl(['delete', 'pod', name]);
  await scene.until(`${name} is back`, () => (scene.pods().get(name)?.metadata.uid ?? uid) !== uid);
  const ofSet = (scene.set(set) as StatefulSet | undefined)?.metadata.uid;
  await waitUntil(`that ${name} is back is told ${losses} times`, async () => {
    const { items } = JSON.parse(await scene.kubectl(['get', 'events', '-o', 'json'])) as { items: SetEvent[] };
    const told = items.filter(
      ({ involvedObject, message }) => involvedObject.uid === ofSet && message.startsWith(`create Pod ${name} `),
    );
    return told.reduce((sum, { count = 1 }) => sum + count, 0) >= losses;
  });
}

/** What a worker asks only when somebody was faster than its cache: for a claim, and for a pod, that is there already. */
async function rarePaths(scene: Scene, flavour: (typeof apiVersions)[number], name: string): Promise<void> {
  const client = new KubeClient(connectCluster({ kubeconfigPath: cluster.target.workerKubeconfig }));
  const nobody = { observe: () => undefined, record: () => undefined };
  const dependencies = { client, cache: nobody, events: nobody } as unknown as Dependencies;
  const key = { flavour, namespace: scene.namespace, name };
  const set = scene.set(name);
  const update = { name: (set as StatefulSet).status?.updateRevision };
  const lookAt = (claims: ReadonlyMap<string, unknown>) =>
    ({
      view: { set, claims, revisions: [] },
      choice: { update },
      plan: { slots: { replicas: [] } },
    }) as unknown as Look;
  try {
    expect(await ensureClaims(dependencies, key, lookAt(new Map()).view, 0)).toEqual({ kind: 'superseded' });
    expect(await createPod(dependencies, key, lookAt(scene.claims()), 0)).toEqual({ kind: 'superseded' });
  } finally {
    await client.transport.close();
  }
}

/** Gives the name that the first revision of a set will have to something else (SS-54). */
async function takeRevisionName(scene: Scene, resource: string, name: string): Promise<void> {
  const revision = (scene.set(name) as StatefulSet).status?.updateRevision ?? '';
  await scene.kubectl(['delete', resource, name]);
  await scene.kubectl(['delete', 'controllerrevision', revision, '--ignore-not-found']);
  const path = `/apis/apps/v1/namespaces/${scene.namespace}/controllerrevisions`;
  await scene.api.call('POST', path, { metadata: { name: revision }, data: { not: 'ours' }, revision: 1 });
}

/** Takes a right from the worker, as seen by the API server, and gives it back. */
async function without(scene: Scene, right: Right, play: () => Promise<void>): Promise<void> {
  const path = '/apis/rbac.authorization.k8s.io/v1/clusterroles/ordinal-serving';
  const { rules } = await scene.api.call<{ readonly rules: readonly Rule[] }>('GET', path);
  const others = rules
    .map((rule) => ({
      ...rule,
      verbs: rule.verbs.filter((verb) => !rightsOf({ ...rule, verbs: [verb] }).includes(right)),
    }))
    .filter(({ verbs }) => verbs.length > 0);
  const is = (allowed: boolean) =>
    waitUntil(
      `${right} is ${allowed ? 'allowed' : 'refused'}`,
      async () => (await mayWorker(scene, right)) === allowed,
    );
  await scene.api.call('PATCH', path, { rules: others });
  try {
    await is(false);
    await play();
  } finally {
    await scene.api.call('PATCH', path, { rules });
    await is(true);
  }
}

async function mayWorker({ api, namespace }: Scene, right: Right): Promise<boolean> {
  const { verb, group, resource, subresource } = partsOf(right);
  const spec = { user: workerUser, resourceAttributes: { namespace, verb, group, resource, subresource } };
  const path = '/apis/authorization.k8s.io/v1/subjectaccessreviews';
  return (await api.call<{ readonly status: { readonly allowed: boolean } }>('POST', path, { spec })).status.allowed;
}

function partsOf(right: Right) {
  const [verb = '', ...rest] = right.split(' ');
  const [resource = '', subresource] = (rest.at(-1) ?? '').split('/');
  return { verb, group: rest.length > 1 ? rest[0] : '', resource, subresource };
}

describe('without a right a set says so, with verb and resource, and goes on when it is given (SS-118)', () => {
  test.each([
    ['create pods', 'apps/v1', /cannot create resource "pods"/],
    ['create persistentvolumeclaims', 'ordinal.dev/v1', /cannot create resource "persistentvolumeclaims"/],
    ['create apps controllerrevisions', 'apps/v1', /cannot create resource "controllerrevisions"/],
    ['create podtemplates', 'ordinal.dev/v1', /cannot create resource "podtemplates"/],
    ['update apps statefulsets/finalizers', 'apps/v1', /controllerrevisions.*cannot set blockOwnerDeletion/],
    [
      'update ordinal.dev statefulsets/finalizers',
      'ordinal.dev/v1',
      /controllerrevisions.*cannot set blockOwnerDeletion/,
    ],
  ] as const)('%s, %s', async (right, apiVersion, says) => {
    await playOn(cluster.target, 'no-right', async (scene) => {
      await without(scene, right, async () => {
        await scene.apply(await withClaims(scene, apiVersion, 'web'));
        await saysForbidden(scene, says);
      });
      await ready(scene, resourceOf(apiVersion), 'web');
    });
  });

  test.each([
    ['delete persistentvolumeclaims', /cannot set an ownerRef on a resource you can't delete/],
    ['update pods/finalizers', /cannot set blockOwnerDeletion/],
  ] as const)('%s, when it is scaled in', async (right, says) => {
    await playOn(cluster.target, 'no-right', async (scene) => {
      await scene.apply(await withClaims(scene, 'apps/v1', 'web'));
      await ready(scene, 'statefulsets.apps', 'web');
      await without(scene, right, async () => {
        await scene.kubectl(['scale', 'statefulset/web', '--replicas=1']);
        await saysForbidden(scene, says);
      });
      await scene.until('the claim is gone', () => !scene.claims().has('www-web-1'), 60_000);
    });
  });
});

async function saysForbidden(scene: Scene, says: RegExp): Promise<void> {
  await scene.until(
    'the set says so',
    () => conditions(scene, 'web').some(({ type, message }) => type === 'Stalled' && says.test(message ?? '')),
    60_000,
  );
}

test('a worker that may not list says so on its health page, and serves when it may', async () => {
  await playOn(cluster.target, 'no-list', async (scene) => {
    const [port] = await findFreePorts(1);
    let starting: Promise<WorkerProcess> | undefined;
    await without(scene, 'list pods', async () => {
      starting = cluster.startWorker(['--health-address', `127.0.0.1:${port}`]);
      starting.catch(() => undefined);
      await waitUntil(
        'the page says so',
        async () => {
          const { status, text } = await fetch(`http://127.0.0.1:${port}/readyz`).then(
            async (page) => ({ status: page.status, text: await page.text() }),
            () => ({ status: 0, text: '' }),
          );
          return status === 503 && /cannot list resource "pods"/.test(text);
        },
        { timeoutMs: 60_000 },
      );
    });
    await (await starting)?.kill('SIGTERM');
  });
});
