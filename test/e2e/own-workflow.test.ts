import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { ActivityFailure, ApplicationFailure, Client, Connection, WorkflowFailedError } from '@temporalio/client';
import { bundleWorkflowCode, NativeConnection, Worker } from '@temporalio/worker';
import { afterAll, beforeAll, expect, inject } from 'vitest';
import { createOrdinalActivities, type SetInput } from '../../client/activities.ts';
import { OrdinalClient } from '../../client/ordinal-client.ts';
import { annotations } from '../../model/annotations.ts';
import { withPods } from '../support/example.ts';
import { imageOf } from '../support/objects.ts';
import type { release, remove } from '../support/release.fixture.ts';
import { scenario } from '../support/scenario.ts';
import type { Scene } from '../support/scene.ts';

const logger = { log() {}, trace() {}, debug() {}, info() {}, warn() {}, error: console.error };
const workflowsPath = fileURLToPath(new URL('../support/release.fixture.ts', import.meta.url));
let code: string;
let ordinal: OrdinalClient;
let connection: Connection;
let native: NativeConnection;
let client: Client;

beforeAll(async () => {
  const { temporalAddress: address, temporalNamespace: namespace, kubeconfig } = inject('target');
  ({ code } = await bundleWorkflowCode({ workflowsPath, logger }));
  ordinal = await OrdinalClient.connect({ kubeconfigPath: kubeconfig, requestedBy: 'release-bot' });
  connection = await Connection.connect({ address });
  native = await NativeConnection.connect({ address });
  client = new Client({ connection, namespace });
});

afterAll(async () => {
  await Promise.all([ordinal?.close(), connection?.close(), native?.close()]);
});

/** Runs a worker of the user's, on a task queue of this scene's, while `play` plays. */
async function withWorker<T>({ namespace: taskQueue }: Scene, play: () => Promise<T>): Promise<T> {
  const worker = await Worker.create({
    connection: native,
    namespace: client.options.namespace,
    taskQueue,
    workflowBundle: { code },
    activities: createOrdinalActivities(ordinal),
  });
  return worker.runUntil(play);
}

const start = (set: SetInput, image: string) =>
  client.workflow.start<typeof release>('release', {
    taskQueue: set.namespace,
    workflowId: randomUUID(),
    args: [set, image],
  });
const setOf = ({ namespace, flavour }: Scene, more: Partial<SetInput> = {}): SetInput => ({
  namespace,
  name: 'web',
  flavour,
  ...more,
});
const images = (scene: Scene) => [...scene.pods().values()].map(imageOf);
const requestOn = (scene: Scene) => scene.set('web')?.metadata.annotations?.[annotations.requestId];

/** A set `web` of three. Its pods take a moment to become Ready: there is a middle of things. */
async function web(scene: Scene, readyAfter = '700ms'): Promise<void> {
  await scene.apply(withPods(await scene.example('s17-rollback'), { 'sandbox.ordinal.dev/ready-after': readyAfter }));
  await scene.untilSettled('web');
}

scenario("a user's own workflow rolls out and deletes", async (scene) => {
  await scene.apply(await scene.example('s17-rollback'));
  await scene.untilSettled('web');
  await withWorker(scene, async () => {
    const released = await start(setOf(scene, { reason: 'patch release' }), 'nginx:1.27');
    expect(await released.result()).toMatchObject([{ outcome: 'completed', changed: true }]);
    expect(images(scene)).toEqual(Array(3).fill('nginx:1.27'));
    const entry = (await ordinal.statefulSet(scene.namespace, 'web', { flavour: scene.flavour }).history()).at(-1);
    expect(entry).toMatchObject({ requestedBy: 'release-bot', changeCause: 'patch release' });

    const removed = { taskQueue: scene.namespace, workflowId: randomUUID(), args: [setOf(scene)] as [SetInput] };
    expect(await client.workflow.execute<typeof remove>('remove', removed)).toMatchObject({ outcome: 'completed' });
    expect(scene.set('web')).toBeUndefined();
  });
});

scenario(
  "a user's own workflow goes back when stuck",
  async (scene) => {
    await scene.apply(await scene.example('s17-rollback'));
    await scene.untilSettled('web');
    await withWorker(scene, async () => {
      const [stuck, undone] = await (await start(setOf(scene, { stuckAfterMs: 2_000 }), 'nginx:broken')).result();
      expect(stuck).toMatchObject({ outcome: 'stuck', waiting: { reason: 'ImagePull', pod: 'web-2' } });
      expect(undone).toMatchObject({ outcome: 'completed' });
      expect(images(scene)).toEqual(Array(3).fill('nginx:1.25'));
    });
  },
  { timeoutMs: 60_000 },
);

scenario('the worker of a release goes, another takes over: it is one request', async (scene) => {
  await web(scene);
  const running = await withWorker(scene, async () => {
    const handle = await start(setOf(scene), 'nginx:1.27');
    await scene.until('it is asked for', () => requestOn(scene) !== undefined);
    return handle;
  });
  const request = requestOn(scene);
  const asked = scene.set('web')?.metadata.generation;
  await withWorker(scene, async () => {
    expect(await running.result()).toMatchObject([{ outcome: 'completed', changed: false, id: request }]);
  });
  expect(scene.set('web')?.metadata.generation).toBe(asked);
  expect(images(scene)).toEqual(Array(3).fill('nginx:1.27'));
});

scenario('a release that is cancelled goes on, or is aborted, as was asked', async (scene) => {
  // A cancellation arrives with a heartbeat, of which Temporal's SDK sends one in 2.4 s: a rollout must take longer.
  await web(scene, '2s');
  const isAborted = () => scene.set('web')?.metadata.annotations?.[annotations.abort] !== undefined;
  await withWorker(scene, async () => {
    const left = await start(setOf(scene), 'nginx:1.27');
    await scene.until('web-2 is on its way', () => images(scene).includes('nginx:1.27'));
    await left.cancel();
    await expect(left.result()).rejects.toThrow(WorkflowFailedError);
    await scene.untilSettled('web');
    expect(isAborted()).toBe(false);

    const wait = { whenCancelled: 'abort', stuckAfterMs: 600_000 } as const;
    const aborted = await start(setOf(scene, wait), 'nginx:unready');
    await scene.until('web-2 is on its way again', () => images(scene).includes('nginx:unready'));
    await aborted.cancel();
    await expect(aborted.result()).rejects.toThrow(WorkflowFailedError);
    await scene.until('it is aborted', isAborted);
    const handle = ordinal.statefulSet(scene.namespace, 'web', { flavour: scene.flavour });
    expect((await (await handle.current()).result()).outcome).toBe('aborted');
    expect(images(scene)).toContain('nginx:1.27');
  });
});

scenario('what cannot be done fails a workflow at once, with the code', async (scene) => {
  await withWorker(scene, async () => {
    const failed = await (await start(setOf(scene), 'nginx:1.27')).result().catch((error: unknown) => error);
    const { cause } = failed as WorkflowFailedError & { readonly cause: ActivityFailure };
    expect(cause).toBeInstanceOf(ActivityFailure);
    expect(cause.cause).toBeInstanceOf(ApplicationFailure);
    expect(cause.cause).toMatchObject({ type: 'NotFound', nonRetryable: true, details: [{ code: 'NotFound' }] });
    expect(cause.cause?.message).toContain(`"web" not found in namespace "${scene.namespace}"`);
  });
});
