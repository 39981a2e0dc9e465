import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { StatefulSet } from '../../model/objects.ts';
import { waitUntil } from '../../sandbox/processes/wait-until.ts';
import { type Manifest, withoutClusterWide, withPods, withSpec } from '../support/example.ts';
import { kubectlIn } from '../support/kubectl.ts';
import { type OwnCluster, startOwnCluster } from '../support/own-cluster.ts';
import { playOn } from '../support/scenario.ts';
import type { Scene } from '../support/scene.ts';

const definition = fileURLToPath(new URL('../../deploy/crd.yaml', import.meta.url));
const osts = 'statefulsets.ordinal.dev';
const apiVersion = 'ordinal.dev/v1';

let cluster: OwnCluster;

beforeAll(async () => {
  cluster = await startOwnCluster();
  // Started as by default, and before the resource is known: it has to notice by itself.
  await cluster.startWorker([]);
  await kubectlIn(cluster.target, 'default')(['apply', '-f', definition]);
});

afterAll(() => cluster?.stop());

function play(name: string, run: (scene: Scene) => Promise<void>): void {
  test(name, () => playOn(cluster.target, name, run));
}

/** Waits until everything that the newest spec asks for is there. */
function settled(scene: Scene, name: string, generation = 1, timeoutMs = 30_000): Promise<StatefulSet> {
  return scene.until(
    `${name} has settled`,
    () => {
      const set = scene.set(name) as StatefulSet | undefined;
      const ready = set?.status?.conditions?.find(({ type }) => type === 'Ready');
      return (
        (set?.metadata.generation ?? 0) >= generation &&
        set?.status?.observedGeneration === set?.metadata.generation &&
        ready?.status === 'True' &&
        set
      );
    },
    timeoutMs,
  );
}

function condition(scene: Scene, name: string, type: string) {
  return scene.set(name)?.status?.conditions?.find((each) => each.type === type);
}

async function example(scene: Scene, folder: string, spec: Record<string, unknown> = {}): Promise<Manifest[]> {
  return withSpec(withoutClusterWide(await scene.example(folder, { apiVersion })), spec);
}

const patch = (scene: Scene, name: string, body: object, type = 'merge') =>
  scene.kubectl(['patch', osts, name, `--type=${type}`, '-p', JSON.stringify(body)]);

const image = (value: string) => [{ op: 'replace', path: '/spec/template/spec/containers/0/image', value }];

const uids = (scene: Scene) => [...scene.pods().values()].map(({ metadata }) => metadata.uid).toSorted();

play('own S1, S3, S6: start in order, update from the top, scale by kubectl', async (scene) => {
  await scene.apply(await example(scene, 's01-ordered-start'));
  const { status } = await settled(scene, 'web-sts');
  expect(scene.story()).toEqual([0, 1, 2, 3, 4, 5].flatMap((i) => [`created web-sts-${i}`, `ready web-sts-${i}`]));
  expect(status).toMatchObject({ replicas: 6, readyReplicas: 6, selector: 'app=nginx-ordered' });
  expect(await scene.kubectl(['get', 'osts', 'web-sts', '--no-headers'])).toMatch(/^web-sts +6 +6 +6 +Settled /);

  scene.mark();
  await patch(scene, 'web-sts', image('nginx:latest'), 'json');
  await settled(scene, 'web-sts', 2);
  const replaced = [5, 4, 3, 2, 1, 0].map((i) => `web-sts-${i}`);
  expect(scene.story()).toEqual(
    replaced.flatMap((pod) => [`leaving ${pod}`, `gone ${pod}`, `created ${pod}`, `ready ${pod}`]),
  );

  scene.mark();
  await scene.kubectl(['scale', `${osts}/web-sts`, '--replicas=4']);
  await settled(scene, 'web-sts', 3);
  expect(scene.story()).toEqual(['web-sts-5', 'web-sts-4'].flatMap((pod) => [`leaving ${pod}`, `gone ${pod}`]));
});

play('own: a template written in another way restarts nothing (SS-57)', async (scene) => {
  await scene.apply(await example(scene, 's06-scale'));
  const before = await settled(scene, 'web');
  const pods = uids(scene);
  scene.mark();
  // What the API server fills in on a pod, written out, as an export of a native set has it.
  const spec = { restartPolicy: 'Always', dnsPolicy: 'ClusterFirst', schedulerName: 'default-scheduler' };
  await patch(scene, 'web', { spec: { template: { metadata: { creationTimestamp: null }, spec } } });
  const after = await settled(scene, 'web', 2);
  expect(after.status?.updateRevision).toBe(before.status?.updateRevision);
  await scene.settle();
  expect(scene.story()).toEqual([]);
  expect(uids(scene)).toEqual(pods);
  expect(await scene.kubectl(['get', 'controllerrevisions', '-o', 'name'])).not.toContain('\n');
});

play('own: an invalid template is told and touches no pod; lost pods come back at the last good one', async (scene) => {
  await scene.apply(await example(scene, 's06-scale'));
  const before = await settled(scene, 'web');
  scene.mark();
  for (const [change, says] of [
    [
      { op: 'add', path: '/spec/template/spec/containers/0/imagee', value: 'x' },
      /unknown field "spec\.template\.spec\.containers\[0\]\.imagee"/,
    ],
    [
      {
        op: 'add',
        path: '/spec/template/spec/containers/0/livenessProbe',
        value: { periodSeconds: -1, tcpSocket: { port: 80 } },
      },
      /spec\.template\.spec\.containers\[0\]\.livenessProbe\.periodSeconds: Invalid value: -1/,
    ],
  ] as const) {
    await patch(scene, 'web', [change], 'json');
    const told = await scene.until('the set says so', () => {
      const found = condition(scene, 'web', 'TemplateInvalid');
      return says.test(found?.message ?? '') && found;
    });
    expect(told).toMatchObject({ status: 'True', reason: 'Invalid' });
    await scene.until('the set is stalled', () => condition(scene, 'web', 'Stalled')?.reason === 'TemplateInvalid');
    await patch(scene, 'web', [{ op: 'remove', path: change.path }], 'json');
    await scene.until('the set is well', () => condition(scene, 'web', 'Ready')?.status === 'True');
    expect(condition(scene, 'web', 'TemplateInvalid')).toBeUndefined();
  }
  await patch(
    scene,
    'web',
    [{ op: 'replace', path: '/spec/template/spec/containers/0/name', value: 'NOT_A_NAME' }],
    'json',
  );
  await scene.until('the set is stalled', () => condition(scene, 'web', 'Stalled')?.status === 'True');
  expect(scene.story()).toEqual([]);
  await scene.kubectl(['delete', 'pod', 'web-1']);
  await scene.untilStory(4);
  expect(scene.story()).toEqual(['leaving web-1', 'gone web-1', 'created web-1', 'ready web-1']);
  expect(scene.set('web')?.status?.updateRevision).toBe(before.status?.updateRevision);
});

play('own: a template that was never valid makes nothing at all', async (scene) => {
  const objects = await example(scene, 's06-scale');
  for (const { kind, spec } of objects) {
    const pod = (spec?.template as { spec?: Record<string, unknown> } | undefined)?.spec;
    if (kind === 'StatefulSet' && pod !== undefined) pod.nodeSelektor = {};
  }
  await scene.apply(objects);
  await scene.until('the set says so', () => condition(scene, 'web', 'Stalled')?.reason === 'TemplateInvalid');
  await scene.settle();
  expect(scene.story()).toEqual([]);
  expect(await scene.kubectl(['get', 'controllerrevisions', '-o', 'name'])).toBe('');
  await patch(scene, 'web', [{ op: 'remove', path: '/spec/template/spec/nodeSelektor' }], 'json');
  await settled(scene, 'web', 2);
  expect(scene.pods().size).toBe(2);
});

play('own: another template while a pod of the former is going', async (scene) => {
  const objects = await example(scene, 's06-scale');
  await scene.apply(withPods(objects, { 'sandbox.ordinal.dev/terminate-after': '2s' }));
  await settled(scene, 'web');
  await patch(scene, 'web', image('nginx:2'), 'json');
  await scene.until('web-1 is going', () => scene.pods().get('web-1')?.metadata.deletionTimestamp !== undefined);
  await patch(scene, 'web', image('nginx:3'), 'json');
  await settled(scene, 'web', 3);
  const images = [...scene.pods().values()].map(({ spec }) => spec?.containers?.[0]?.image);
  expect(images).toEqual(['nginx:3', 'nginx:3']);
});

play('own: paused by a field', async (scene) => {
  await scene.apply(await example(scene, 's06-scale'));
  await settled(scene, 'web');
  scene.mark();
  await patch(scene, 'web', { spec: { paused: true } });
  await patch(scene, 'web', image('nginx:2'), 'json');
  await scene.until('the set says so', () => condition(scene, 'web', 'Progressing')?.reason === 'Paused');
  await scene.settle();
  expect(scene.story()).toEqual([]);
  await patch(scene, 'web', { spec: { paused: false } });
  await settled(scene, 'web', 4);
  expect(scene.story()).toHaveLength(8);
});

play('own S10: deletion goes from the top', async (scene) => {
  await scene.apply(await example(scene, 's10-ordered-deletion'));
  await settled(scene, 'statefulset-test');
  scene.mark();
  await scene.kubectl(['delete', osts, 'statefulset-test', '--timeout=60s']);
  const pods = [2, 1, 0].map((i) => `statefulset-test-${i}`);
  await scene.untilStory(6);
  expect(scene.story()).toEqual(pods.flatMap((pod) => [`leaving ${pod}`, `gone ${pod}`]));
});

play('own S10: orphans stay and are adopted by a set of the same name', async (scene) => {
  const objects = await example(scene, 's06-scale');
  await scene.apply(objects);
  await settled(scene, 'web');
  const pods = uids(scene);
  scene.mark();
  await scene.kubectl(['delete', osts, 'web', '--cascade=orphan', '--timeout=30s']);
  await scene.until('the set is gone', () => scene.set('web') === undefined);
  await scene.apply(objects);
  const { metadata } = await settled(scene, 'web');
  await scene.until('all are adopted', () =>
    [...scene.pods().values()].every((pod) => pod.metadata.ownerReferences?.[0]?.uid === metadata.uid),
  );
  expect(uids(scene)).toEqual(pods);
  expect(scene.story()).toEqual([]);
});

play('own S10: in the foreground the collector takes all pods, and the set goes (SS-110, SS-126)', async (scene) => {
  await scene.apply(await example(scene, 's06-scale'));
  await settled(scene, 'web');
  await scene.kubectl(['delete', osts, 'web', '--cascade=foreground', '--timeout=30s']);
  await scene.until('all is gone', () => scene.set('web') === undefined && scene.pods().size === 0);
});

play('own S10: its namespace goes', async (scene) => {
  await scene.apply(await example(scene, 's06-scale'));
  await settled(scene, 'web');
  await scene.kubectl(['delete', 'namespace', scene.namespace, '--timeout=60s']);
  await scene.until('all is gone', () => scene.set('web') === undefined && scene.pods().size === 0);
});

play('own: of two sets of a name the later one is not served until the first is gone', async (scene) => {
  const native = await scene.example('s06-scale');
  await scene.apply(native);
  await sleep(1_100);
  const own = await example(scene, 's06-scale');
  await scene.apply(own);
  const told = await waitUntil('the set says so', async () => {
    const path = `/apis/ordinal.dev/v1/namespaces/${scene.namespace}/statefulsets/web`;
    const { status } = await scene.api.call<StatefulSet>('GET', path);
    return status?.conditions?.find(({ type }) => type === 'NameConflict');
  });
  expect(told.message).toContain('is a StatefulSet of apps/v1');
  await scene.settle();
  expect(scene.story()).toEqual([]);
  await scene.kubectl(['delete', 'statefulsets.apps', 'web']);
  await scene.until('it is served', () => scene.pods().size === 2);
  await settled(scene, 'web');
  expect(condition(scene, 'web', 'NameConflict')).toBeUndefined();
});
