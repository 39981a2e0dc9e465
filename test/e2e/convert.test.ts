import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { StatefulSet } from '../../model/objects.ts';
import { nodeProgram } from '../../sandbox/processes/node-program.ts';
import { waitUntil } from '../../sandbox/processes/wait-until.ts';
import { type Manifest, toYaml, withoutClusterWide, withSpec } from '../support/example.ts';
import { kubectlIn } from '../support/kubectl.ts';
import { type OwnCluster, startOwnCluster } from '../support/own-cluster.ts';
import { Scene } from '../support/scene.ts';
import type { WorkerProcess } from '../support/worker-process.ts';
import { commandLine, type Said } from '../support/command-line.ts';

const definition = fileURLToPath(new URL('../../deploy/crd.yaml', import.meta.url));
const main = fileURLToPath(new URL('../../cli/main.ts', import.meta.url));
const resources = { sts: 'statefulsets.apps', osts: 'statefulsets.ordinal.dev' } as const;

let cluster: OwnCluster;
let worker: WorkerProcess;

beforeAll(async () => {
  cluster = await startOwnCluster();
  await kubectlIn(cluster.target, 'default')(['apply', '-f', definition]);
  worker = await cluster.startWorker(['--resource', 'apps/v1', 'ordinal.dev/v1', '--no-probe']);
});

afterAll(() => cluster?.stop());

function play(name: string, body: (scene: Scene) => Promise<void>): void {
  test(name, { timeout: 180_000 }, async () => {
    const scene = await Scene.open(cluster.target, 'convert');
    try {
      await body(scene);
    } finally {
      await scene.close();
    }
  });
}

async function ordinal(scene: Scene, ...args: string[]): Promise<Said> {
  return commandLine([...args, '--kubeconfig', cluster.target.kubeconfig, '-n', scene.namespace]);
}

async function converts(scene: Scene, ...args: string[]): Promise<{ out: string; err: string }> {
  const { code, ...said } = await ordinal(scene, 'convert', ...args);
  expect(said.err + said.out).not.toContain('error:');
  expect(code).toBe(0);
  return said;
}

async function find(scene: Scene, kind: keyof typeof resources, name = 'web'): Promise<StatefulSet | undefined> {
  const text = await scene.kubectl(['get', resources[kind], name, '-o', 'json', '--ignore-not-found']);
  return text === '' ? undefined : (JSON.parse(text) as StatefulSet);
}

/** Settled as whoever serves the set sees it. */
async function settled(scene: Scene, kind: keyof typeof resources, images?: string): Promise<StatefulSet> {
  return waitUntil(
    `${kind}/web has settled`,
    async () => {
      const set = await find(scene, kind);
      const { replicas = 1 } = set?.spec ?? {};
      const status = set?.status;
      const pods = [...scene.pods().values()];
      return (
        status?.observedGeneration === set?.metadata.generation &&
        status?.availableReplicas === replicas &&
        pods.length === replicas &&
        (images === undefined || pods.every(({ spec }) => spec.containers[0]?.image === images)) &&
        status.updatedReplicas === replicas &&
        set
      );
    },
    { timeoutMs: 60_000 },
  );
}

/** What a conversion must leave alone: the pods with all that is theirs, the claims, the history. */
async function kept(scene: Scene) {
  const list = async (kind: string, fields: string) =>
    (await scene.kubectl(['get', kind, '-o', `jsonpath={range .items[*]}${fields}{"\\n"}{end}`]))
      .split('\n')
      .toSorted();
  return {
    pods: await list('pods', '{.metadata.name} {.metadata.uid} {.status.startTime} {.metadata.labels} {.spec}'),
    claims: await list('pvc', '{.metadata.name} {.metadata.uid} {.spec}'),
    revisions: await list('controllerrevisions', '{.metadata.name} {.metadata.uid} {.revision} {.data}'),
  };
}

async function owners(scene: Scene, kind: string): Promise<readonly string[]> {
  const path = 'jsonpath={range .items[*]}{.metadata.ownerReferences[*].uid}{"\\n"}{end}';
  return [...new Set((await scene.kubectl(['get', kind, '-o', path])).trim().split('\n'))];
}

const whenDeleted = { persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Delete', whenScaled: 'Retain' } };

async function manifest(scene: Scene, spec: Record<string, unknown> = {}, apiVersion?: 'ordinal.dev/v1') {
  const all = await scene.example('s06-scale', apiVersion && { apiVersion });
  return withSpec(withoutClusterWide(all), { replicas: 3, ...spec });
}

function inApi(objects: readonly Manifest[], apiVersion: string): Manifest[] {
  return objects.map((each) => (each.kind === 'StatefulSet' ? { ...each, apiVersion } : each));
}

play(
  'there and back: the same pods, claims and history; an undo and the manifest work on (SS-39, SS-56, SS-57)',
  async (scene) => {
    const objects = await manifest(scene, whenDeleted);
    await scene.apply(objects);
    await settled(scene, 'sts');
    await scene.patchImage('web', 'nginx:1.28');
    await settled(scene, 'sts', 'nginx:1.28');
    const native = await settled(scene, 'sts');
    expect(await owners(scene, 'pvc')).toEqual([native.metadata.uid]);
    const before = await kept(scene);
    scene.mark();

    const said = await converts(scene, 'sts/web');
    expect(said.out).toBe('statefulset.apps/web converted to statefulset.ordinal.dev/web\n');
    expect(said.err).toContain('its 3 pods adopted');
    expect(await find(scene, 'sts')).toBeUndefined();
    const own = await settled(scene, 'osts');
    expect(own.metadata.annotations).not.toHaveProperty(['ordinal.dev/replaces']);
    await waitUntil(
      'the claims are the new set’s',
      async () => (await owners(scene, 'pvc')).join() === own.metadata.uid,
    );
    for (const kind of ['pods', 'controllerrevisions']) expect(await owners(scene, kind)).toEqual([own.metadata.uid]);
    expect(own.status?.updateRevision).toBe(native.status?.updateRevision);
    expect(await kept(scene)).toEqual(before);

    // The user's own file again, with the new apiVersion: by kubectl, and by server-side apply.
    const updated = objects.map(
      (each) => JSON.parse(JSON.stringify(each).replace('nginx:1.27', 'nginx:1.28')) as Manifest,
    );
    const moved = toYaml(inApi(updated, 'ordinal.dev/v1'));
    await scene.kubectl(['apply', '-f', '-'], moved);
    await settled(scene, 'osts');
    await scene.kubectl(['apply', '--server-side', '--force-conflicts', '-f', '-'], moved);
    await settled(scene, 'osts');
    await scene.settle();
    expect(scene.story()).toEqual([]);
    expect(await kept(scene)).toEqual(before);

    const undone = await ordinal(scene, 'undo', 'osts/web');
    expect(undone).toMatchObject({ code: 0, out: 'statefulset.ordinal.dev/web rolled back\n' });
    await settled(scene, 'osts', 'nginx:1.27');
    const rolledBack = await kept(scene);
    expect(rolledBack.revisions).toHaveLength(before.revisions.length);
    scene.mark();

    expect((await converts(scene, 'osts/web')).out).toBe(
      'statefulset.ordinal.dev/web converted to statefulset.apps/web\n',
    );
    expect(await find(scene, 'osts')).toBeUndefined();
    const back = await settled(scene, 'sts');
    expect(back.metadata.annotations).not.toHaveProperty(['ordinal.dev/ordered-deletion']);
    await scene.apply(objects);
    await settled(scene, 'sts');
    await waitUntil(
      'the claims are the new set’s',
      async () => (await owners(scene, 'pvc')).join() === back.metadata.uid,
    );
    await scene.settle();
    expect(scene.story()).toEqual([]);
    expect(await kept(scene)).toEqual(rolledBack);
    await scene.kubectl(['rollout', 'undo', 'statefulset', 'web']);
    await settled(scene, 'sts', 'nginx:1.28');

    // A repeat is no error.
    expect((await converts(scene, 'osts/web')).out).toContain('converted already: statefulset.apps/web');
  },
);

play('a partition keeps its two revisions', async (scene) => {
  await scene.apply(await manifest(scene, { updateStrategy: { rollingUpdate: { partition: 2 } } }));
  await settled(scene, 'sts');
  await scene.patchImage('web', 'nginx:1.28');
  const split = () => [...scene.pods().values()].map(({ spec }) => spec.containers[0]?.image ?? '').toSorted();
  await scene.until('one pod is updated', () => split()[2] === 'nginx:1.28');
  await scene.until('and Ready', () => scene.set('web')?.status?.availableReplicas === 3);
  const { currentRevision, updateRevision } = (await find(scene, 'sts'))?.status ?? {};
  expect(currentRevision).not.toBe(updateRevision);
  await waitUntil('it is at rest', async () =>
    (await ordinal(scene, 'get', 'sts/web', '-o', 'json')).out.includes('"Healthy"'),
  );
  const before = await kept(scene);
  for (const [from, to] of [
    ['sts', 'osts'],
    ['osts', 'sts'],
  ] as const) {
    scene.mark();
    await converts(scene, `${from}/web`);
    await waitUntil(
      'the status is right',
      async () => (await find(scene, to))?.status?.currentRevision === currentRevision,
    );
    expect((await find(scene, to))?.status?.updateRevision).toBe(updateRevision);
    expect(scene.story()).toEqual([]);
    expect(await kept(scene)).toEqual(before);
  }
  // A pod below the partition comes back as it was.
  await scene.kubectl(['delete', 'pod', 'web-0']);
  await scene.untilStory(4);
  expect(split()).toEqual(['nginx:1.27', 'nginx:1.27', 'nginx:1.28']);
});

for (const at of ['not served yet', 'left as they are'] as const) {
  play(`killed when the new set is ${at}: the same command again finishes`, async (scene) => {
    await scene.apply(await manifest(scene, whenDeleted));
    await settled(scene, 'sts');
    const before = await kept(scene);
    scene.mark();
    const args = ['convert', 'sts/web', '-n', scene.namespace, '--kubeconfig', cluster.target.kubeconfig];
    const child = spawn(nodeProgram(), [main, ...args], { stdio: ['ignore', 'ignore', 'pipe'] });
    child.stderr.on('data', (chunk: Buffer) => void (chunk.toString().includes(at) && child.kill('SIGKILL')));
    await once(child, 'exit');
    expect(child.signalCode).toBe('SIGKILL');
    expect(await find(scene, 'osts')).toBeDefined();
    if (at === 'not served yet') expect(await find(scene, 'sts')).toBeDefined();
    await converts(scene, 'sts/web');
    expect(await find(scene, 'sts')).toBeUndefined();
    const own = await settled(scene, 'osts');
    expect(own.metadata.annotations).not.toHaveProperty(['ordinal.dev/replaces']);
    await scene.settle();
    expect(scene.story()).toEqual([]);
    expect(await kept(scene)).toEqual(before);
  });
}

play('a dry run tells all and changes nothing; who names the set is told', async (scene) => {
  await scene.apply(await manifest(scene));
  await settled(scene, 'sts');
  await scene.kubectl(['autoscale', 'statefulset', 'web', '--min=3', '--max=5']);
  await scene.kubectl(['create', 'pdb', 'web', '--selector=app=nginx', '--min-available=2']);
  const before = await find(scene, 'sts');
  const { out, err } = await converts(scene, 'sts/web', '--dry-run', '-o', 'yaml');
  expect(out).toMatch(/^apiVersion: ordinal\.dev\/v1\nkind: StatefulSet\n/);
  expect(err).toContain(`kubectl patch hpa web -n ${scene.namespace} --type=merge`);
  expect(err).toContain('PodDisruptionBudget web goes by labels');
  expect(await find(scene, 'osts')).toBeUndefined();
  expect((await find(scene, 'sts'))?.metadata.uid).toBe(before?.metadata.uid);
  expect((await converts(scene, 'web', '--to', 'ordinal.dev/v1', '--dry-run')).out).toBe(
    'statefulset.apps/web converted to statefulset.ordinal.dev/web (server dry run)\n',
  );
});

play('what speaks against it is told, and nothing is left behind', async (scene) => {
  const refuses = async (text: string, ...args: string[]) => {
    const { code, out, err } = await ordinal(scene, 'convert', ...args);
    expect(err).toContain(text);
    expect(out).toBe('');
    return code;
  };
  expect(await refuses('not found', 'sts/web')).toBe(1);
  expect(await refuses('from which API?', 'web')).toBe(2);
  expect(await refuses('nothing to convert', 'sts/web', '--to', 'apps/v1')).toBe(2);

  await scene.apply(await manifest(scene, { updateStrategy: { type: 'Recreate' } }, 'ordinal.dev/v1'));
  await settled(scene, 'osts');
  expect(await refuses('apps/v1 knows no Recreate', 'osts/web')).toBe(1);
  await scene.kubectl(['patch', resources.osts, 'web', '--type=merge', '-p', '{"spec":{"updateStrategy":null}}']);
  await settled(scene, 'osts');
  const { uid } = (await find(scene, 'osts'))?.metadata ?? {};

  await scene.kubectl(['annotate', resources.osts, 'web', 'x=y']);
  await scene.kubectl([
    'patch',
    resources.osts,
    'web',
    '--type=merge',
    '-p',
    '{"metadata":{"finalizers":["a.b/c","ordinal.dev/ordered-deletion"]}}',
  ]);
  expect(await refuses('the finalizers a.b/c may hold its deletion up', 'osts/web')).toBe(1);
  await scene.kubectl([
    'patch',
    resources.osts,
    'web',
    '--type=merge',
    '-p',
    '{"metadata":{"finalizers":["ordinal.dev/ordered-deletion"]}}',
  ]);

  await scene.patchImage('web', 'none:1').catch(() => undefined);
  await scene.kubectl([
    'patch',
    resources.osts,
    'web',
    '--type=json',
    '-p',
    JSON.stringify([{ op: 'replace', path: '/spec/replicas', value: 9 }]),
  ]);
  expect(await refuses('an operation is under way', 'osts/web')).toBe(1);
  await scene.kubectl(['scale', `${resources.osts}/web`, '--replicas=3']);
  await settled(scene, 'osts');

  // Two sets of one name that have nothing to do with each other.
  const [native] = (await manifest(scene)).filter(({ kind }) => kind === 'StatefulSet');
  if (native !== undefined) await scene.apply([native]);
  expect(await refuses('each on its own', 'osts/web')).toBe(1);
  await scene.kubectl(['delete', resources.sts, 'web', '--cascade=orphan']);

  expect((await find(scene, 'osts'))?.metadata.uid).toBe(uid);
  expect(await find(scene, 'sts')).toBeUndefined();
});

test(
  'to the built-in controller and back; a pause stays; without a worker nothing is handed over',
  { timeout: 240_000 },
  async () => {
    await worker.kill('SIGTERM');
    const own = await cluster.startWorker(['--resource', 'ordinal.dev/v1']);
    await cluster.sandbox.builtIn.start();
    const scene = await Scene.open(cluster.target, 'convert-built-in');
    try {
      const objects = await manifest(scene, whenDeleted);
      await scene.apply(objects);
      await settled(scene, 'sts');
      await scene.patchImage('web', 'nginx:1.28');
      await settled(scene, 'sts', 'nginx:1.28');
      const before = await kept(scene);
      scene.mark();
      await converts(scene, 'sts/web');
      await settled(scene, 'osts');
      expect(scene.story()).toEqual([]);
      expect(await kept(scene)).toEqual(before);
      await ordinal(scene, 'undo', 'osts/web');
      await settled(scene, 'osts', 'nginx:1.27');

      await ordinal(scene, 'pause', 'osts/web');
      const paused = await ordinal(scene, 'convert', 'osts/web');
      expect(paused.code).toBe(1);
      expect(paused.err).toContain('kube-controller-manager does not know of that');
      expect(await find(scene, 'sts')).toBeUndefined();
      await ordinal(scene, 'resume', 'osts/web');
      await settled(scene, 'osts');

      const rolledBack = await kept(scene);
      scene.mark();
      const { err } = await converts(scene, 'osts/web');
      expect(err).toContain('its 3 pods adopted');
      await settled(scene, 'sts');
      await scene.apply(objects);
      await settled(scene, 'sts');
      await scene.settle();
      expect(scene.story()).toEqual([]);
      expect(await kept(scene)).toEqual(rolledBack);

      await own.kill('SIGTERM');
      const alone = await ordinal(scene, 'convert', 'sts/web', '--timeout', '2s');
      expect(alone.code).toBe(1);
      expect(alone.err).toContain('nobody looks after the sets of ordinal.dev/v1');
      expect(await find(scene, 'osts')).toBeUndefined();
      expect(await find(scene, 'sts')).toBeDefined();
    } finally {
      await scene.close();
      await cluster.sandbox.builtIn.stop();
    }
  },
);
