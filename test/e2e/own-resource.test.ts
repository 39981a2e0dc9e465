import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { recordedConsole } from '../../cli/console.fixture.ts';
import { run } from '../../cli/run.ts';
import type { StatefulSet } from '../../model/objects.ts';
import { waitUntil } from '../../sandbox/processes/wait-until.ts';
import { aSet } from '../support/a-set.ts';
import { type Manifest, toYaml, withSpec } from '../support/example.ts';
import { kubectlIn } from '../support/kubectl.ts';
import { imageOf } from '../support/objects.ts';
import { definition, startOwnCluster } from '../support/own-cluster.ts';
import { playOn, scenario } from '../support/scenario.ts';
import type { Scene } from '../support/scene.ts';

/** What only sets of our own resource have. What they share with native ones is in the scenarios, which are played with both. */
const own = { of: 'ordinal.dev/v1' } as const;

test('own: a worker that is there before its resource serves it as soon as it is known', async () => {
  const cluster = await startOwnCluster();
  try {
    await cluster.startWorker([]);
    const kubectl = kubectlIn(cluster.target, 'default');
    await kubectl(['apply', '-f', '-'], toYaml([aSet('native', {}, 'nginx:1', { replicas: 0 })]));
    const console = recordedConsole();
    const kubeconfig = ['--kubeconfig', cluster.target.kubeconfig];
    expect(await run(['convert', 'sts/native', ...kubeconfig], console)).toBe(1);
    expect(console.written.err).toContain('the cluster serves no StatefulSets of ordinal.dev/v1');
    expect(console.written.err).toContain('ordinal install --crd-only');
    await kubectl(['apply', '-f', definition]);
    await playOn(
      cluster.target,
      'own-late',
      async (scene) => {
        await scene.apply(await scene.example('s06-scale'));
        const { status } = await scene.untilSettled('web');
        expect(status).toMatchObject({ replicas: 2, readyReplicas: 2, selector: 'app=nginx' });
        expect(await scene.kubectl(['get', 'osts', 'web', '--no-headers'])).toMatch(/^web +2 +2 +2 +Settled /);
      },
      'ordinal.dev/v1',
    );
  } finally {
    await cluster.stop();
  }
});

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

const patch = (scene: Scene, name: string, body: object, type = 'merge') =>
  scene.kubectl(['patch', 'osts', name, `--type=${type}`, '-p', JSON.stringify(body)]);

const uids = (scene: Scene) => [...scene.pods().values()].map(({ metadata }) => metadata.uid).toSorted();

scenario(
  'own: a template written in another way restarts nothing (SS-57)',
  async (scene) => {
    await scene.apply(await scene.example('s06-scale'));
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
  },
  own,
);

scenario(
  'own: an invalid template is told and touches no pod; lost pods come back at the last good one',
  async (scene) => {
    await scene.apply(await scene.example('s06-scale'));
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
  },
  own,
);

scenario(
  'own: a template that was never valid makes nothing at all',
  async (scene) => {
    const objects = await scene.example('s06-scale');
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
  },
  own,
);

scenario(
  'own: of two sets of a name the later one is not served until the first is gone',
  async (scene) => {
    const native = await scene.example('s06-scale', { apiVersion: 'apps/v1' });
    await scene.apply(native);
    await sleep(1_100);
    const own = await scene.example('s06-scale');
    await scene.apply(own);
    const told = await waitUntil('the set says so', async () => {
      const path = `/apis/ordinal.dev/v1/namespaces/${scene.namespace}/statefulsets/web`;
      const { status } = await scene.api.call<StatefulSet>('GET', path);
      return status?.conditions?.find(({ type }) => type === 'NameConflict');
    });
    expect(told.message).toContain('is a StatefulSet of apps/v1');
    const owners = () => [...scene.pods().values()].map(({ metadata }) => metadata.ownerReferences?.[0]?.apiVersion);
    await scene.until('the first one is served', () => owners().length === 2);
    await scene.settle();
    expect(owners()).toEqual(['apps/v1', 'apps/v1']);
    await scene.kubectl(['delete', 'statefulsets.apps', 'web']);
    await scene.until('it is served', () => owners().join() === 'ordinal.dev/v1,ordinal.dev/v1');
    await settled(scene, 'web');
    expect(condition(scene, 'web', 'NameConflict')).toBeUndefined();
  },
  own,
);

const recreate = async (scene: Scene): Promise<Manifest[]> =>
  withSpec(await scene.example('s16-broken-update'), { updateStrategy: { type: 'Recreate' } });
const ups = [0, 1, 2].flatMap((i) => [`created web-${i}`, `ready web-${i}`]);

scenario(
  'own: Recreate takes all old pods down before it makes one new (SS-91, SS-92, SS-93)',
  async (scene) => {
    await scene.apply(await scene.example('s16-broken-update'));
    await settled(scene, 'web');
    scene.mark();
    await patch(scene, 'web', { spec: { updateStrategy: { type: 'Recreate', rollingUpdate: null } } });
    await settled(scene, 'web', 2);
    expect(scene.story()).toEqual([]);
    await scene.patchImage('web', 'nginx:2');
    await settled(scene, 'web', 3);
    const downs = [0, 1, 2].flatMap((i) => [`leaving web-${i}`, `gone web-${i}`]);
    expect(scene.story().slice(0, 6).toSorted()).toEqual(downs.toSorted());
    expect(scene.story().slice(6)).toEqual(ups);
  },
  own,
);

scenario(
  'own: Recreate does not ask whether the old pods are well (SS-67, SS-93)',
  async (scene) => {
    await scene.apply(await recreate(scene));
    await settled(scene, 'web');
    await scene.patchImage('web', 'nginx:unready');
    await scene.until('a new pod runs that is not Ready', () => {
      const pod = scene.pods().get('web-0');
      return imageOf(pod) === 'nginx:unready' && pod?.status?.phase === 'Running';
    });
    scene.mark();
    await scene.patchImage('web', 'nginx:2');
    await settled(scene, 'web', 3);
    expect(scene.story()).toEqual(['leaving web-0', 'gone web-0', ...ups]);
  },
  own,
);
