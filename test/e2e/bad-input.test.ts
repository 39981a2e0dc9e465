import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { toYaml, withoutClusterWide } from '../support/example.ts';
import { Scene } from '../support/scene.ts';
import { commandLine, type Said } from '../support/command-line.ts';

let scene: Scene;
let folder: string;
const kubeconfigs: Record<string, string> = {};

beforeAll(async () => {
  const target = inject('target');
  scene = await Scene.open(target, 'bad-input');
  folder = await mkdtemp(join(tmpdir(), 'ordinal-bad-input-'));
  await scene.apply(withoutClusterWide(await scene.example('s06-scale')));
  await scene.untilSettled('web');
  // One person who may look and no more, and one who may nothing.
  const admin = parse(await scene.kubectl(['config', 'view', '--raw', '-o', 'yaml'])) as { users: { user: object }[] };
  for (const who of ['reader', 'nobody']) {
    await scene.kubectl(['create', 'serviceaccount', who]);
    const token = await scene.kubectl(['create', 'token', who]);
    const users = admin.users.map((each) => ({ ...each, user: { token } }));
    kubeconfigs[who] = join(folder, who);
    await writeFile(kubeconfigs[who], stringify({ ...admin, users }));
  }
  const resources = 'statefulsets.apps,controllerrevisions.apps,pods,persistentvolumeclaims';
  await scene.kubectl(['create', 'role', 'reader', '--verb=get,list,watch', `--resource=${resources}`]);
  await scene.kubectl([
    'create',
    'rolebinding',
    'reader',
    '--role=reader',
    `--serviceaccount=${scene.namespace}:reader`,
  ]);
});

afterAll(async () => {
  await scene?.close();
  await rm(folder, { recursive: true, force: true });
});

async function ordinal(args: readonly string[], env: Record<string, string> = {}, as?: string): Promise<Said> {
  const { kubeconfig, temporalAddress, temporalNamespace } = scene.target;
  const all = { TEMPORAL_ADDRESS: temporalAddress, TEMPORAL_NAMESPACE: temporalNamespace, ...env };
  const before = Object.keys(all).map((key) => [key, process.env[key]] as const);
  Object.assign(process.env, all);
  try {
    const place = args.includes('-n') ? [] : ['-n', scene.namespace];
    return await commandLine([...args, ...place, '--kubeconfig', kubeconfigs[as ?? ''] ?? kubeconfig]);
  } finally {
    for (const [key, value] of before) {
      if (value === undefined) delete process.env[key];
      else process.env[key] = value;
    }
  }
}

/** It fails with this code, puts nothing on stdout, and says all of this. */
function fails({ code, out, err }: Said, expected: number, ...texts: readonly string[]): void {
  for (const text of texts) expect(err).toContain(text);
  expect([code, out]).toEqual([expected, '']);
  expect(err).not.toContain('    at ');
}

test.each(['get', 'status', 'explain', 'plan', 'history', 'pause', 'restart', 'undo', 'delete', 'runs', 'ui'])(
  'an unknown set: %s',
  async (verb) =>
    fails(
      await ordinal([verb, 'nope']),
      1,
      `statefulset "nope" not found in namespace "${scene.namespace}"`,
      'ordinal list -n',
    ),
);

test.each(['get', 'status', 'scale --replicas 0', 'pause', 'delete', 'runs', 'ui'])(
  'a name that is none reaches no other object: %s',
  async (verb) => {
    const [first = '', ...flags] = verb.split(' ');
    for (const [name, said] of [
      ['..', `invalid StatefulSet name "..": may not be '..'`],
      ['web%2Fscale', `may not contain '%'`],
      [`web' OR OrdinalName != 'x`, 'not found in namespace'],
      ['web; rm -rf "$HOME" $(reboot)', 'not found in namespace'],
    ] as const)
      fails(await ordinal([first, name, ...flags]), 1, said);
    fails(await ordinal([first, 'a/b/c', ...flags]), 2, 'names no StatefulSet');
    fails(await ordinal([first, 'web', ...flags, '-n', '..']), 2, '".." is no name of a namespace');
  },
);

test('a wrong namespace: where the set is', async () => {
  const { namespace } = scene;
  const said = await ordinal(['get', 'web', '-n', 'no-such-place']);
  fails(said, 1, 'not found in namespace "no-such-place"; there is one in namespace', namespace);
});

test('an unknown revision: which there are', async () => {
  fails(await ordinal(['undo', 'web', '--to-revision', '99']), 1, 'unable to find the revision 99; there are: 1');
  fails(await ordinal(['history', 'web', '--revision', '99']), 1, 'unable to find the revision 99; there are: 1');
  fails(await ordinal(['undo', 'web']), 1, 'no last revision to roll back to', 'ordinal history');
});

test('no permission: the verb and the resource, and how to see what one may', async () => {
  const at = `-n ${scene.namespace}`;
  expect((await ordinal(['get', 'sts/web'], {}, 'reader')).code).toBe(0);
  fails(
    await ordinal(['scale', 'sts/web', '--replicas=3'], {}, 'reader'),
    1,
    'cannot patch resource "statefulsets"',
    `kubectl auth can-i patch statefulsets.apps ${at}`,
  );
  fails(
    await ordinal(['delete', 'sts/web'], {}, 'reader'),
    1,
    'cannot delete resource "statefulsets"',
    `can-i delete statefulsets.apps ${at}`,
  );
  fails(await ordinal(['get', 'web'], {}, 'nobody'), 1, 'cannot get resource "statefulsets"', 'kubectl auth can-i get');
  fails(await ordinal(['list'], {}, 'nobody'), 1, 'cannot list resource "statefulsets"', 'kubectl auth can-i list');
});

test('no Temporal: what needs it says so, what does not works', async () => {
  const gone = { TEMPORAL_ADDRESS: '127.0.0.1:1' };
  fails(await ordinal(['runs', 'web'], gone), 1, 'cannot reach Temporal at 127.0.0.1:1; set TEMPORAL_ADDRESS');
  for (const verb of ['get', 'explain', 'plan']) expect((await ordinal([verb, 'web'], gone)).code).toBe(0);
  const history = await ordinal(['history', 'web', '-o', 'wide'], gone);
  expect(history).toMatchObject({ code: 0, out: expect.stringContaining('CHANGE-CAUSE') });
  expect(history.err).toContain('without the runs: cannot reach Temporal');
});

test('a Temporal that no worker of ours has met', async () => {
  const said = await ordinal(['runs', 'web'], { TEMPORAL_NAMESPACE: 'temporal-system' });
  fails(said, 1, 'Temporal does not list the runs: ', 'TEMPORAL_NAMESPACE');
});

test('a bare name that both APIs could have: the native set is told by its name', async () => {
  fails(await ordinal(['get', 'osts/web']), 1, 'statefulset "web" not found', 'there is one of apps/v1: sts/web');
});

test('a paused set, and a change of somebody else that is under way', async () => {
  const at = `web -n ${scene.namespace}`;
  await ordinal(['pause', 'web']);
  await scene.kubectl([
    'annotate',
    'statefulset',
    'web',
    'ordinal.dev/requested-by=alice',
    'ordinal.dev/request-reason=patch day',
    '--overwrite',
  ]);
  await scene.patchImage('web', 'nginx:1.28');
  const said = await ordinal(['set', 'image', 'web', 'nginx=nginx:1.29']);
  expect(said).toMatchObject({ code: 0, out: 'statefulset.apps/web image updated\n' });
  expect(said.err).toContain(`it is paused, and changes wait until it is resumed: ordinal resume ${at}`);
  expect(said.err).toContain('a change of alice (patch day) was still under way');
  const waited = await ordinal(['status', 'web', '--timeout', '1s']);
  expect(waited.code).toBe(3);
  expect(waited.err).toContain(`lift it: ordinal resume ${at}`);
  await ordinal(['resume', 'web']);
  await scene.untilSettled('web');
  expect((await ordinal(['set', 'image', 'web', 'nginx=nginx:1.30'])).err).toBe('');
});

test('files: what is not there is told, the rest goes, sets before what they need', { timeout: 60_000 }, async () => {
  await scene.untilSettled('web');
  const all = await scene.example('s06-scale');
  const file = join(folder, 'all.yaml');
  const extra = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'nope', namespace: scene.namespace } };
  await writeFile(file, toYaml([...withoutClusterWide(all), extra]));
  const dry = await ordinal(['delete', '-f', file, '--dry-run', '--ignore-not-found']);
  expect(dry.code).toBe(0);
  expect(scene.pods().size).toBe(2);
  const gone = await ordinal(['delete', '-f', file]);
  expect(gone.code).toBe(1);
  expect(gone.err).toContain('ConfigMap ');
  expect(gone.err).toContain('1 of 3 objects were not there');
  const words = gone.out
    .trim()
    .split('\n')
    .map((line) => line.split(' ')[0]);
  expect(words).toEqual(['statefulset.apps', 'service']);
});
