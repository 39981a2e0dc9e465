import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { recordedConsole } from '../../cli/console.fixture.ts';
import { run } from '../../cli/run.ts';
import { installName } from '../../install/objects.ts';
import { orderedDeletionFinalizer } from '../../model/annotations.ts';
import { waitUntil } from '../../sandbox/processes/wait-until.ts';
import { exampleOptions } from '../../scripts/deploy/example-options.ts';
import { byName, objectsIn } from '../support/by-name.ts';
import { writeWorkerKubeconfig } from '../support/installed-identity.ts';
import { readExample, toYaml } from '../support/example.ts';
import { type Kubectl, kubectlIn } from '../support/kubectl.ts';
import { type OwnCluster, startOwnCluster } from '../support/own-cluster.ts';
import { playOn } from '../support/scenario.ts';
import { commandLine, type Said } from '../support/command-line.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const options = ['--image', exampleOptions.image, '--temporal-address', exampleOptions.temporalAddress];

let cluster: OwnCluster;
let kubectl: Kubectl;

beforeAll(async () => {
  cluster = await startOwnCluster();
  kubectl = kubectlIn(cluster.target, 'ordinal-system');
  vi.stubEnv('TEMPORAL_ADDRESS', cluster.target.temporalAddress);
});

afterAll(async () => {
  vi.unstubAllEnvs();
  await cluster?.stop();
});

/** One command line as a user with the cluster and its Temporal in the environment types it. */
async function ordinal(...args: readonly string[]): Promise<Said> {
  return commandLine([...args, '--kubeconfig', cluster.target.kubeconfig]);
}

describe('what is printed', () => {
  test.each([
    ['base', []],
    ['native', ['--native']],
  ])('is what kubectl makes of deploy/kustomize/%s', async (folder, flags) => {
    const kustomized = await kubectl(['kustomize', join(root, 'deploy/kustomize', folder)]);
    const { code, out } = await ordinal('install', '--dry-run=client', ...options, ...flags);
    expect(code).toBe(0);
    expect(byName(objectsIn(out))).toEqual(byName(objectsIn(kustomized)));
  });

  test.each([
    [['install'], '--image <image> is missing'],
    [['install', '--image', 'x'], '--temporal-address <host:port> is missing'],
    [['install', '-o', 'yaml', ...options], '-o goes with --dry-run=client'],
    [['install', '--dry-run=maybe'], 'Allowed choices are client, server'],
    [['uninstall', '--force', '--keep-crd'], 'say one of the two'],
  ])('%o is answered with exit code 2', async (args, text) => {
    const console = recordedConsole();
    expect(await run(args, console)).toBe(2);
    expect(console.written.err).toContain(text);
  });
});

describe('installed, used, and taken out', () => {
  test('by a dry run nothing changes, and what would is told', async () => {
    const { code, out } = await ordinal('install', '--dry-run=server', ...options);
    expect(code).toBe(0);
    expect(out).toContain(`deployment.apps/${installName} in ordinal-system created (server dry run)`);
    expect(await kubectl(['get', 'deployments,crds', '-o', 'name'])).toBe('');
  });

  test('the first operation ends within a minute after the command was given', { timeout: 180_000 }, async () => {
    const began = Date.now();
    const { code, out, err } = await ordinal('install', ...options, '--wait');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/search attributes in Temporal namespace default (added|present)/);
    // Kubelets are simulated: what the Deployment's pods would run is run here, as who they are, and with their arguments.
    await writeWorkerKubeconfig(cluster.target.kubeconfig, cluster.target.workerKubeconfig);
    const args = JSON.parse(
      await kubectl(['get', 'deployment', installName, '-o', 'jsonpath={.spec.template.spec.containers[0].args}']),
    ) as readonly string[];
    const worker = await cluster.startWorker(args.slice(1).filter((arg) => !arg.startsWith('--health-address')));
    await playOn(cluster.target, 'first-operation', async (scene) => {
      await scene.apply(await scene.example('s06-scale', { apiVersion: 'ordinal.dev/v1' }));
      await scene.until(
        'the pods are ready',
        () => scene.story().filter((what) => what.startsWith('ready')).length === 2,
      );
    });
    expect(Date.now() - began).toBeLessThan(60_000);
    await worker.kill('SIGTERM');
    expect(await kubectl(['get', 'deployment', installName, '-o', 'jsonpath={.status.availableReplicas}'])).toBe('2');
  });

  test('again changes nothing', async () => {
    const { code, out } = await ordinal('install', ...options);
    expect(code).toBe(0);
    const lines = out.trim().split('\n').slice(0, -1);
    expect(lines.length).toBeGreaterThan(10);
    expect(lines.filter((line) => !line.endsWith(' unchanged'))).toEqual([]);
  });

  test('limited to namespaces it gives up its rights in the others', async () => {
    await kubectl(['create', 'namespace', 'served']);
    const { code, out } = await ordinal('install', ...options, '--namespaces', 'served');
    expect(code).toBe(0);
    expect(out).toContain(`clusterrole.rbac.authorization.k8s.io/${installName}-serving removed`);
    const may = (namespace: string) =>
      kubectl([
        'auth',
        'can-i',
        'create',
        'pods',
        '-n',
        namespace,
        '--as',
        `system:serviceaccount:ordinal-system:${installName}`,
      ]).catch(() => 'no');
    await waitUntil(
      'the rights are so',
      async () => (await may('served')) === 'yes' && (await may('default')) === 'no',
    );
    await writeWorkerKubeconfig(cluster.target.kubeconfig, cluster.target.workerKubeconfig);
    const worker = await cluster.startWorker(['--namespaces', 'served']);
    await kubectl(
      ['apply', '-n', 'served', '-f', '-'],
      toYaml(await readExample('s06-scale', 'served', { apiVersion: 'ordinal.dev/v1' })),
    );
    const pods = () => kubectl(['get', 'pods', '-n', 'served', '-o', 'name']);
    await waitUntil('the pods are there', async () => (await pods()).split('\n').length === 2, { timeoutMs: 30_000 });
    await worker.kill('SIGTERM');
    expect((await ordinal('install', ...options)).out).toContain(
      'role.rbac.authorization.k8s.io/ordinal-serving in served removed',
    );
  });

  test('a field that somebody else has set is told, and taken over only when asked', async () => {
    await kubectl(['scale', 'deployment', installName, '--replicas=3']);
    const refused = await ordinal('install', ...options);
    expect(refused.code).toBe(1);
    expect(refused.err).toMatch(
      /Deployment ordinal-system\/ordinal: spec.replicas \(set by kubectl\).*--force-conflicts/,
    );
    expect((await ordinal('install', ...options, '--force-conflicts')).code).toBe(0);
    expect(await kubectl(['get', 'deployment', installName, '-o', 'jsonpath={.spec.replicas}'])).toBe('2');
  });

  test('is not taken out while there are sets, unless they are kept', { timeout: 180_000 }, async () => {
    const { code, err } = await ordinal('uninstall');
    expect(code).toBe(1);
    expect(err).toContain('StatefulSets of ordinal.dev/v1; nothing was removed:\n');
    expect(err).toContain('  served/web\n');
    expect(await kubectl(['get', 'deployment', installName, '-o', 'name'])).toBe(`deployment.apps/${installName}`);
    await kubectl([
      'patch',
      'osts',
      'web',
      '-n',
      'served',
      '--type=merge',
      '-p',
      JSON.stringify({ metadata: { finalizers: [orderedDeletionFinalizer] } }),
    ]);
    const before = await kubectl(['get', 'pods', '-n', 'served', '-o', 'jsonpath={.items[*].metadata.uid}']);
    const kept = await ordinal('uninstall', '--keep-crd');
    expect(kept).toMatchObject({ code: 0 });
    expect(kept.out).toContain('finalizer of statefulsets.ordinal.dev/web in served removed');
    expect(await kubectl(['get', 'osts', '-n', 'served', '-o', 'jsonpath={.items[*].metadata.finalizers}'])).toBe('');
    expect(await kubectl(['get', 'pods', '-n', 'served', '-o', 'jsonpath={.items[*].metadata.uid}'])).toBe(before);
    await waitUntil('all else is gone', async () => (await leftOf(kubectl)) === '', { timeoutMs: 60_000 });
  });

  test('a worker that runs elsewhere is in the way', async () => {
    await ordinal('install', ...options);
    await writeWorkerKubeconfig(cluster.target.kubeconfig, cluster.target.workerKubeconfig);
    const worker = await cluster.startWorker([]);
    await waitUntil('it is elected', () => worker.log().includes('"elected"'), { timeoutMs: 30_000 });
    const { code, err } = await ordinal('uninstall', '--force');
    expect(code).toBe(1);
    expect(err).toContain('a worker that no Deployment of ours runs is still at work');
    await worker.kill('SIGTERM');
  });

  test('by force the sets go too, and nothing hangs', { timeout: 180_000 }, async () => {
    await kubectl([
      'patch',
      'osts',
      'web',
      '-n',
      'served',
      '--type=merge',
      '-p',
      JSON.stringify({ metadata: { finalizers: [orderedDeletionFinalizer] } }),
    ]);
    expect(await ordinal('uninstall', '--force')).toMatchObject({ code: 0 });
    expect(await kubectl(['get', 'pods', '-n', 'served', '-o', 'name'])).toBe('');
    expect(await kubectl(['get', 'crds', '-o', 'name'])).toBe('');
    await waitUntil('all else is gone', async () => (await leftOf(kubectl)) === '', { timeoutMs: 60_000 });
    expect(await ordinal('uninstall')).toMatchObject({ code: 0 });
  });
});

function leftOf(kubectl: Kubectl): Promise<string> {
  const kinds =
    'namespaces,serviceaccounts,roles,rolebindings,clusterroles,clusterrolebindings,deployments,services,poddisruptionbudgets';
  return kubectl(['get', kinds, '-A', '-l', 'ordinal.dev/part-of=installation', '-o', 'name']);
}
