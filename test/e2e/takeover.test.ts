import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { nodeProgram } from '../../sandbox/processes/node-program.ts';
import { waitUntil } from '../../sandbox/processes/wait-until.ts';
import { type OwnCluster, startOwnCluster } from '../support/own-cluster.ts';
import { Scene } from '../support/scene.ts';

const name = 'web-sts';

let cluster: OwnCluster;
let scene: Scene;

beforeAll(async () => {
  cluster = await startOwnCluster();
  scene = await Scene.open(cluster.target, 'takeover');
});

afterAll(async () => {
  await scene?.close();
  await cluster?.stop();
});

/** All that a takeover must leave alone. */
async function kept() {
  const { items } = await scene.api.call<{ items: { metadata: { name: string; uid: string }; revision: number }[] }>(
    'GET',
    `/apis/apps/v1/namespaces/${scene.namespace}/controllerrevisions`,
  );
  const { status } = await scene.getSet(name);
  return {
    pods: [...scene.pods().values()].map(({ metadata }) => `${metadata.name} ${metadata.uid}`).toSorted(),
    revisions: items.map(({ metadata, revision }) => [metadata.name, metadata.uid, revision]),
    current: status?.currentRevision,
    update: status?.updateRevision,
  };
}

/** Writes to pods, claims and revisions since the former call. */
let counted = 0;
async function writes(): Promise<readonly string[]> {
  const calls = (await scene.calls()).filter(({ objectRef }) =>
    ['pods', 'persistentvolumeclaims', 'controllerrevisions'].includes(objectRef?.resource ?? ''),
  );
  const fresh = calls.slice(counted);
  counted = calls.length;
  return fresh
    .filter(({ user }) => !/kwok|scheduler|agent/.test(user?.username ?? ''))
    .map(({ verb, objectRef, user }) => `${user?.username} ${verb} ${objectRef?.resource} ${objectRef?.name}`);
}

async function patchedTo(image: string): Promise<void> {
  await scene.patchImage(name, image);
  await scene.kubectl(['rollout', 'status', 'statefulset', name, '--timeout=60s']);
}

const images = () => [...scene.pods().values()].map(({ spec }) => spec?.containers?.[0]?.image);

test('a worker serves no native sets while another does, and says who (SS-120)', { timeout: 180_000 }, async () => {
  await cluster.sandbox.builtIn.start();
  await scene.apply(await scene.example('s01-ordered-start'));
  await scene.kubectl(['rollout', 'status', 'statefulset', name, '--timeout=60s']);

  const child = spawn(
    nodeProgram(),
    [
      fileURLToPath(new URL('../../cli/main.ts', import.meta.url)),
      'worker',
      '--resource',
      'apps/v1',
      '--health-address',
      '127.0.0.1:28923',
      '--workflow-bundle',
      cluster.target.workflowBundle,
    ],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, KUBECONFIG: cluster.target.kubeconfig, TEMPORAL_ADDRESS: cluster.target.temporalAddress },
    },
  );
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const health = () =>
    fetch('http://127.0.0.1:28923/readyz').then(async (response) => ({
      status: response.status,
      text: await response.text(),
    }));
  const red = await waitUntil('the worker says who', async () => {
    const answer = await health().catch(() => undefined);
    return answer?.text.includes('kube-controller-manager') && answer;
  });
  expect(red.status).toBe(503);
  expect(red.text).toContain('--controllers=*,-statefulset-controller');
  expect(said).not.toContain('"ready":true');

  await cluster.sandbox.builtIn.stop();
  await waitUntil('the worker serves', () => said.includes('"ready":true'), { timeoutMs: 30_000 });
  expect((await health()).status).toBe(200);
  child.kill('SIGTERM');
  await once(child, 'exit');
  const left = await scene.api.call<{ items: unknown[] }>(
    'GET',
    '/apis/apps/v1/namespaces/ordinal-system/statefulsets',
  );
  expect(left.items).toEqual([]);
});

test(
  'a set goes from the built-in controller to Ordinal and back, and no pod notices (SS-47, SS-57)',
  { timeout: 240_000 },
  async () => {
    await cluster.sandbox.builtIn.start();
    await patchedTo('nginx:2');
    await scene.settle();
    const before = await kept();
    scene.mark();
    await cluster.sandbox.builtIn.stop();
    await writes();

    const worker = await cluster.startWorker();
    await scene.until('Ordinal has looked at it', () =>
      scene.set(name)?.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True'),
    );
    await sleep(2_000);
    expect(await kept()).toEqual(before);
    expect(await writes()).toEqual([]);
    expect(scene.story()).toEqual([]);

    await patchedTo('nginx:3');
    expect(images()).toEqual(Array.from({ length: 6 }, () => 'nginx:3'));
    expect(await writes()).toEqual(expect.arrayContaining([expect.stringMatching(/ delete pods web-sts-0$/)]));
    await scene.kubectl(['rollout', 'undo', 'statefulset', name]);
    await scene.kubectl(['rollout', 'status', 'statefulset', name, '--timeout=60s']);
    await scene.untilSettled(name);
    expect((await kept()).current).toBe(before.current);
    await patchedTo('nginx:4');
    await scene.untilSettled(name);

    const handed = await kept();
    await worker.kill('SIGTERM');
    scene.mark();
    await writes();
    await cluster.sandbox.builtIn.start();
    await scene.kubectl(['annotate', 'statefulset', name, 'looked=at']);
    await sleep(3_000);
    await scene.settle();
    expect(await kept()).toEqual(handed);
    expect(await writes()).toEqual([]);
    expect(scene.story()).toEqual([]);
    await patchedTo('nginx:5');
    expect(images()).toEqual(Array.from({ length: 6 }, () => 'nginx:5'));
  },
);
