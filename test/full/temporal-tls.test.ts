import { execFile } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type OwnCluster, startOwnCluster } from '../support/own-cluster.ts';
import { playOn } from '../support/scenario.ts';
import type { Scene } from '../support/scene.ts';
import { startTlsGate, type TlsGate } from './tls-gate.ts';
import { commandLine, type Said } from '../support/command-line.ts';

const apiKey = 'the-key-of-this-test';

let cluster: OwnCluster;
let folder: string;
let gate: TlsGate;

beforeAll(async () => {
  [cluster, folder] = await Promise.all([startOwnCluster(), mkdtemp(join(tmpdir(), 'ordinal-tls-'))]);
  const [server, client] = await Promise.all([certificate('server'), certificate('client')]);
  gate = await startTlsGate({
    to: cluster.target.temporalAddress,
    cert: await readFile(server.cert, 'utf8'),
    key: await readFile(server.key, 'utf8'),
    client: new X509Certificate(await readFile(client.cert)).fingerprint256,
    apiKey,
  });
  vi.stubEnv('TEMPORAL_ADDRESS', gate.address);
  vi.stubEnv('TEMPORAL_NAMESPACE', cluster.target.temporalNamespace);
  vi.stubEnv('TEMPORAL_TLS_SERVER_CA_CERT_PATH', server.cert);
  vi.stubEnv('TEMPORAL_TLS_CLIENT_CERT_PATH', client.cert);
  vi.stubEnv('TEMPORAL_TLS_CLIENT_KEY_PATH', client.key);
  vi.stubEnv('TEMPORAL_API_KEY', apiKey);
});

afterAll(async () => {
  vi.unstubAllEnvs();
  await cluster?.stop();
  await gate?.close();
  await rm(folder, { recursive: true, force: true });
});

/** Signed by itself, for 127.0.0.1, by the program that Go brings for it. */
async function certificate(name: string): Promise<{ readonly cert: string; readonly key: string }> {
  const place = join(folder, name);
  await mkdir(place);
  const root = (await promisify(execFile)('go', ['env', 'GOROOT'])).stdout.trim();
  const args = ['run', join(root, 'src/crypto/tls/generate_cert.go'), '--host', '127.0.0.1', '--ecdsa-curve', 'P256'];
  await promisify(execFile)('go', args, { cwd: place });
  return { cert: join(place, 'cert.pem'), key: join(place, 'key.pem') };
}

async function runs(scene: Scene): Promise<Said> {
  return commandLine(['runs', 'web', '-n', scene.namespace, '--kubeconfig', cluster.target.kubeconfig]);
}

test('a worker and the command line reach a Temporal behind mTLS and an API key, by the environment alone', () =>
  playOn(cluster.target, 'tls', async (scene) => {
    await cluster.startWorker(undefined, { temporalAddress: gate.address });
    await scene.apply(await scene.example('s06-scale'));
    await scene.untilSettled('web', 60_000);
    await expect
      .poll(() => runs(scene), { timeout: 30_000 })
      .toMatchObject({
        code: 0,
        out: expect.stringMatching(/^rollout +completed/m),
      });
    expect(gate.refused).toBe(0);

    vi.stubEnv('TEMPORAL_API_KEY', 'another-key');
    const unknown = await runs(scene);
    expect(unknown).toMatchObject({ code: 1, out: '' });
    expect(unknown.err).toContain(`cannot reach Temporal at ${gate.address}`);
    vi.stubEnv('TEMPORAL_API_KEY', apiKey);
    vi.stubEnv('TEMPORAL_TLS_CLIENT_CERT_PATH', undefined);
    vi.stubEnv('TEMPORAL_TLS_CLIENT_KEY_PATH', undefined);
    const nobody = await runs(scene);
    expect(nobody).toMatchObject({ code: 1, out: '' });
    expect(nobody.err).toContain(`cannot reach Temporal at ${gate.address}`);
    expect(gate.refused).toBeGreaterThan(0);
  }));
