import { execFile, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { chmod, cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { installManifest } from '../../install/manifest.ts';
import { nodeProgram } from '../../sandbox/processes/node-program.ts';
import { FatalError, waitUntil } from '../../sandbox/processes/wait-until.ts';
import { exampleOptions } from '../../scripts/deploy/example-options.ts';
import { filesIn, limitMB, sizesOf } from '../../scripts/image/sizes.ts';
import { startOwnCluster, type OwnCluster } from '../support/own-cluster.ts';
import { playOn } from '../support/scenario.ts';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../..', import.meta.url));
const user = '65532';
let folder: string;
let image: string;
let cluster: OwnCluster;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ordinal-image-'));
  await chmod(folder, 0o755);
  image = join(folder, 'image');
  [cluster] = await Promise.all([startOwnCluster(), assemble()]);
});

afterAll(async () => {
  await cluster.stop();
  await rm(folder, { recursive: true, force: true });
});

/** What the Dockerfile does up to its second stage, from the files that Docker is given; and the Node.js that is there. */
async function assemble(): Promise<void> {
  const source = join(folder, 'source');
  await mkdir(join(source, 'scripts'), { recursive: true });
  for (const name of await dockerContext())
    await cp(join(root, name), join(source, name), { recursive: true, filter: (path) => !path.endsWith('.test.ts') });
  await symlink(join(root, 'node_modules'), join(source, 'node_modules'));
  const { stdout } = await run(nodeProgram(), ['scripts/image.ts', '--out', image], { cwd: source });
  process.stdout.write(stdout);
  await cp(nodeProgram(), join(folder, 'node', 'node'));
}

async function dockerContext(): Promise<readonly string[]> {
  const lines = (await readFile(join(root, '.dockerignore'), 'utf8')).split('\n');
  return lines.filter((line) => line.startsWith('!')).map((line) => line.slice(1));
}

/** A root file system that can be read, a user without a name or a home, and no place for temporary files. */
const env = () => ({
  PATH: `${join(image, 'bin')}:${join(folder, 'node')}`,
  NODE_ENV: 'production',
  HOME: '/nonexistent',
  TMPDIR: '/nonexistent',
});
const asUser = ['--reuid', user, '--regid', user, '--clear-groups', '--'];

test(`the image weighs less than ${limitMB} MB, and has one native core`, async () => {
  const sizes = await sizesOf(image);
  expect(sizes.reduce((sum, [, MB]) => sum + MB, 0)).toBeLessThan(limitMB);
  expect((await filesIn(image)).filter((path) => path.endsWith('/index.node'))).toHaveLength(1);
  expect(await readFile(join(image, 'sbom.cdx.json'), 'utf8')).toContain('pkg:npm/%40temporalio/worker@');
});

test.runIf(process.getuid?.() === 0)('its worker rolls a set, with the arguments of the Deployment', async () => {
  await expect(run('setpriv', [...asUser, 'touch', join(image, 'dist', 'new')])).rejects.toThrow('Permission denied');
  await using worker = await startWorker();
  await playOn(cluster.target, 'image', async (scene) => {
    await scene.apply(await scene.example('s06-scale'));
    await scene.untilSettled('web', 90_000);
    await scene.patchImage('web', 'nginx:latest');
    await scene.untilSettled('web', 90_000);
    expect(scene.set('web')?.status?.currentRevision).toBe(scene.set('web')?.status?.updateRevision);
  });
  expect(await worker.stop()).toBe(0);
  expect(worker.log()).not.toMatch(/EACCES|EROFS|ENOENT/);
});

/** As the pod of an installation starts it: `ordinal` and the arguments of the manifest, but on any free port. */
async function startWorker() {
  const kubeconfig = join(folder, 'kubeconfig');
  // The cluster's certificate lies in a folder that only we can read.
  const flat = ['config', 'view', '--raw', '--flatten', '--kubeconfig', cluster.target.workerKubeconfig];
  await writeFile(kubeconfig, (await run(cluster.target.kubectl, flat)).stdout);
  const [outPath, logPath] = [join(folder, 'out'), join(folder, 'log')];
  const [out, err] = [openSync(outPath, 'a'), openSync(logPath, 'a')];
  const child = spawn('setpriv', [...asUser, 'ordinal', ...deploymentArgs()], {
    cwd: '/',
    stdio: ['ignore', out, err],
    env: {
      ...env(),
      PATH: `${env().PATH}:${process.env['PATH']}`,
      KUBECONFIG: kubeconfig,
      TEMPORAL_ADDRESS: cluster.target.temporalAddress,
      TEMPORAL_NAMESPACE: cluster.target.temporalNamespace,
    },
  });
  closeSync(out);
  closeSync(err);
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const log = () => readFileSync(logPath, 'utf8');
  const stop = () => {
    if (child.exitCode === null) child.kill('SIGTERM');
    return ended;
  };
  const worker = { log, stop, [Symbol.asyncDispose]: async () => void (await stop()) };
  try {
    await waitUntil(
      'the worker is ready',
      () => {
        if (child.exitCode !== null) throw new FatalError(`the worker ended while starting:\n${log()}`);
        return readFileSync(outPath, 'utf8').includes('{"ready":true');
      },
      { timeoutMs: 180_000 },
    );
  } catch (error) {
    await stop();
    throw new Error(`the worker is not ready:\n${log()}`, { cause: error });
  }
  return worker;
}

function deploymentArgs(): readonly string[] {
  const deployment = installManifest({ ...exampleOptions, native: true }).find(({ kind }) => kind === 'Deployment');
  const spec = deployment?.['spec'] as PodOwner | undefined;
  return (spec?.template.spec.containers[0]?.args ?? []).map((arg) =>
    arg.replace(/^--health-address=.*/, '--health-address=127.0.0.1:0'),
  );
}

interface PodOwner {
  readonly template: { readonly spec: { readonly containers: readonly { readonly args: readonly string[] }[] } };
}
