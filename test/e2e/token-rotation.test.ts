import { readFile, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { installName } from '../../install/objects.ts';
import { installDefaults } from '../../install/options.ts';
import { waitUntil } from '../../sandbox/processes/wait-until.ts';
import { kubectlIn } from '../support/kubectl.ts';
import { type OwnCluster, startOwnCluster } from '../support/own-cluster.ts';
import { playOn } from '../support/scenario.ts';

let cluster: OwnCluster;

beforeAll(async () => {
  cluster = await startOwnCluster();
});

afterAll(() => cluster?.stop());

/** A token of the worker that is good for as long as a Secret of this name lives, as one of a pod is for as long as the pod does. */
async function tokenBoundTo(secret: string): Promise<string> {
  const kubectl = kubectlIn(cluster.target, installDefaults.namespace);
  await kubectl(['create', 'secret', 'generic', secret]);
  return kubectl(['create', 'token', installName, '--bound-object-kind=Secret', `--bound-object-name=${secret}`]);
}

/** Whether the API server still takes it: it remembers for ten seconds what it once found good. */
async function isTaken(token: string): Promise<boolean> {
  const kubectl = kubectlIn(cluster.target, installDefaults.namespace);
  const review = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenReview', spec: { token } };
  const told = await kubectl(['create', '-o', 'json', '-f', '-'], JSON.stringify(review));
  return (JSON.parse(told) as { readonly status: { readonly authenticated?: boolean } }).status.authenticated === true;
}

test('the token of the service account is read again when it has changed, also after the old one was taken back', () =>
  playOn(cluster.target, 'rotation', async (scene) => {
    const { target } = cluster;
    const [file, kubeconfig] = [`${target.workerKubeconfig}.token`, `${target.workerKubeconfig}.rotating`];
    const first = await tokenBoundTo('first');
    await writeFile(file, first);
    // What the client library makes of the files in a pod.
    const config = parse(await readFile(target.workerKubeconfig, 'utf8')) as { users: { user: object }[] };
    for (const each of config.users)
      each.user = { 'auth-provider': { name: 'tokenFile', config: { tokenFile: file } } };
    await writeFile(kubeconfig, stringify(config));
    const worker = await cluster.startWorker(undefined, { workerKubeconfig: kubeconfig });
    await scene.apply(await scene.example('s06-scale'));
    await scene.untilSettled('web', 60_000);

    await writeFile(file, await tokenBoundTo('second'));
    await kubectlIn(target, installDefaults.namespace)(['delete', 'secret', 'first']);
    await waitUntil('the old token is refused', async () => !(await isTaken(first)), { timeoutMs: 60_000 });
    scene.mark();
    await scene.patchImage('web', 'nginx:latest');
    await scene.untilSettled('web', 60_000);
    expect(scene.story().filter((moment) => moment.startsWith('created'))).toEqual(['created web-1', 'created web-0']);
    expect(worker.log()).not.toContain('Unauthorized');
  }));
