import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { connectTemporal } from '../../client/temporal.ts';
import { waitUntil } from '../../sandbox/processes/wait-until.ts';
import { endedOperations, runsOf } from '../support/history.ts';
import { type OwnCluster, startOwnCluster } from '../support/own-cluster.ts';
import { encodingsIn, rawText } from '../support/raw-payloads.ts';
import { playOn } from '../support/scenario.ts';
import type { Scene } from '../support/scene.ts';
import type { WorkerProcess } from '../support/worker-process.ts';
import { commandLine } from '../support/command-line.ts';

let cluster: OwnCluster;
let folder: string;
/** Files of keys: the first one alone, the second one before it, and another key of the first one's id. */
let [one, two, wrong] = ['', '', ''];
const key = (byte: number) => Buffer.alloc(32, byte).toString('base64');
const running = new Set<WorkerProcess>();

beforeAll(async () => {
  [cluster, folder] = await Promise.all([startOwnCluster(), mkdtemp(join(tmpdir(), 'ordinal-keys-'))]);
  const { temporalAddress, temporalNamespace } = cluster.target;
  vi.stubEnv('TEMPORAL_ADDRESS', temporalAddress);
  vi.stubEnv('TEMPORAL_NAMESPACE', temporalNamespace);
  [one, two, wrong] = [join(folder, 'one'), join(folder, 'two'), join(folder, 'wrong')];
  await writeFile(one, `one:${key(1)}\n`);
  await writeFile(two, `two:${key(2)}\none:${key(1)}\n`);
  await writeFile(wrong, `one:${key(3)}\n`);
});

afterEach(async () => {
  await Promise.all([...running].map((worker) => worker.kill('SIGKILL')));
  running.clear();
});

afterAll(async () => {
  vi.unstubAllEnvs();
  await cluster?.stop();
  await rm(folder, { recursive: true, force: true });
});

/** A worker with this file of keys, the only one. */
async function worker(keys?: string): Promise<WorkerProcess> {
  await Promise.all([...running].map((other) => other.kill('SIGTERM')));
  running.clear();
  const started = await cluster.startWorker([
    '--resource',
    'apps/v1',
    '--no-probe',
    '--log-level',
    'debug',
    ...(keys === undefined ? [] : ['--payload-keys', keys]),
  ]);
  running.add(started);
  return started;
}

async function ordinal(scene: Scene, ...args: readonly string[]) {
  const { kubeconfig } = cluster.target;
  return commandLine([...args, '-n', scene.namespace, '--kubeconfig', kubeconfig]);
}

const histories = (scene: Scene) => runsOf(cluster.target, scene.namespace);

/** Everybody who can read Temporal reads these. */
const inTheClear = ['settle at', 'StatefulSet ', '"uid"', 'remaining'];

test('a rollout is encrypted from end to end, and who has the keys reads all of it', { timeout: 240_000 }, () =>
  playOn(cluster.target, 'encrypted', async (scene) => {
    const encrypting = await worker(one);
    await scene.apply(await scene.example('s06-scale'));
    await scene.untilSettled('web', 60_000);
    await scene.patchImage('web', 'nginx:latest');
    await scene.untilSettled('web', 60_000);

    await endedOperations(scene, 2);
    const runs = await histories(scene);
    for (const { events, id } of runs) {
      expect(encodingsIn(events), id).toEqual(new Set(['binary/encrypted']));
      for (const part of inTheClear) expect(rawText(events), id).not.toContain(part);
    }

    const { client, connection } = await connectTemporal(one);
    try {
      const entity = runs.find(({ type }) => type === 'statefulSet');
      const handle = client.workflow.getHandle(entity?.id ?? '');
      expect(await handle.describe().then(({ staticSummary }) => staticSummary())).toBe(
        `StatefulSet ${scene.namespace}/web (apps/v1)`,
      );
      expect(await handle.query('__temporal_workflow_metadata')).toMatchObject({ definition: { type: 'statefulSet' } });
      await handle.signal('changed');
    } finally {
      await connection.close();
    }
    expect(await ordinal(scene, 'runs', 'web', '--payload-keys', one)).toMatchObject({
      code: 0,
      out: expect.stringContaining('rollout'),
    });
    const blind = await ordinal(scene, 'runs', 'web');
    expect(blind.code).toBe(1);
    expect(blind.err).toBe(
      'error: Temporal lists the runs, and they cannot be read: a payload is encrypted with the key "one", and no keys were given here; add it to the file of --payload-keys (ORDINAL_PAYLOAD_KEYS)\n',
    );
    expect((await ordinal(scene, 'runs', 'web', '--payload-keys', wrong)).err).toContain(
      'a payload cannot be decrypted with the key "one"',
    );
    expect((await ordinal(scene, 'runs', 'web', '--payload-keys', '/nowhere')).err).toContain(
      'cannot read the payload keys /nowhere (--payload-keys or ORDINAL_PAYLOAD_KEYS): ENOENT',
    );

    const ids = runs.map(({ id }) => id);
    const replayed = await ordinal(
      scene,
      'replay',
      ...ids,
      '--payload-keys',
      two,
      '--workflow-bundle',
      cluster.target.workflowBundle,
    );
    expect(replayed.err).toBe(`${ids.length} replayed, all compatible\n`);

    expect(encrypting.log()).toContain('Creating worker');
    for (const part of [key(1), '"data":[1,1,1', '1,1,1,1,1']) expect(encrypting.log()).not.toContain(part);
  }),
);

test(
  'what was stored before there were keys is read on; a new key is put first in the middle of a rollout',
  { timeout: 240_000 },
  () =>
    playOn(cluster.target, 'rotated', async (scene) => {
      await worker();
      await scene.apply(await scene.example('s06-scale'));
      await scene.untilSettled('web', 60_000);
      await endedOperations(scene, 1);
      const before = await histories(scene);
      expect([...encodingsIn(before)]).not.toContain('binary/encrypted');
      for (const part of inTheClear) expect(rawText(before)).toContain(part);

      await worker(one);
      scene.mark();
      await scene.patchImage('web', 'nginx:latest');
      await scene.until('the first pod is replaced', () => scene.story().some((moment) => moment.startsWith('ready')));
      await worker(two);
      await scene.untilSettled('web', 60_000);

      const rollout = (await endedOperations(scene, 2)).at(-1);
      expect(rollout).toMatchObject({ type: 'rollout', status: 'Completed' });
      expect(encodingsIn(rollout?.events)).toEqual(new Set(['binary/encrypted']));
      const text = rawText(rollout?.events ?? []);
      for (const id of ['one', 'two']) expect(text).toContain(`encryption-key-id=${id}\n`);
    }),
);

test.each([
  ['no keys', () => undefined, 'is encrypted with the key \\"one\\", and no keys were given here'],
  ['another key of that id', () => wrong, 'cannot be decrypted with the key \\"one\\"'],
])('a worker with %s says so, loses nothing, and one with the key goes on', { timeout: 240_000 }, (_, keys, said) =>
  playOn(cluster.target, 'blind', async (scene) => {
    await worker(one);
    await scene.apply(await scene.example('s06-scale'));
    await scene.untilSettled('web', 60_000);
    await endedOperations(scene, 1);
    await scene.patchImage('web', 'nginx:latest');
    await scene.until('the rollout is under way', () => scene.story().some((moment) => moment.startsWith('leaving')));
    const blind = await worker(keys());
    await waitUntil('it says what it lacks', () => blind.log().includes(said), { timeoutMs: 60_000 });
    const meanwhile = await waitUntil('the rollout is listed', async () =>
      (await histories(scene)).find(({ type, status }) => type === 'rollout' && status === 'Running'),
    );

    await worker(one);
    await scene.untilSettled('web', 90_000);
    const runs = await endedOperations(scene, 2);
    expect(runs.map(({ type, status }) => `${type} ${status}`)).toEqual(['rollout Completed', 'rollout Completed']);
    expect(runs.at(-1)?.runId).toBe(meanwhile.runId);
  }),
);

test('a worker with keys that cannot be used ends, and says which line is wrong', async () => {
  const bad = join(folder, 'bad');
  await writeFile(bad, `one:${key(1)}\ntwo:${key(2).slice(4)}\n`);
  await expect(worker(bad)).rejects.toThrow(
    /ordinal worker: payload keys \S*bad, line 2: the key has 29 bytes, and AES-256 wants 32; make one with: /,
  );
});
