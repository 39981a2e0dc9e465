import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { recordedConsole } from '../../cli/console.fixture.ts';
import { diagnose } from '../../cli/doctor/diagnose.ts';
import type { Finding } from '../../cli/doctor/finding.ts';
import { run } from '../../cli/run.ts';
import { KubeClient } from '../../kube/client.ts';
import { connectCluster } from '../../kube/connect.ts';
import { waitUntil } from '../../sandbox/processes/wait-until.ts';
import { aSet } from '../support/a-set.ts';
import { toYaml } from '../support/example.ts';
import { kubectlIn } from '../support/kubectl.ts';
import { type OwnCluster, startOwnCluster } from '../support/own-cluster.ts';

let cluster: OwnCluster;
const former = { ...process.env };

beforeAll(async () => {
  cluster = await startOwnCluster();
  process.env['TEMPORAL_ADDRESS'] = cluster.target.temporalAddress;
  process.env['TEMPORAL_NAMESPACE'] = cluster.target.temporalNamespace;
});

afterAll(async () => {
  process.env['TEMPORAL_ADDRESS'] = former['TEMPORAL_ADDRESS'] ?? '';
  process.env['TEMPORAL_NAMESPACE'] = former['TEMPORAL_NAMESPACE'] ?? '';
  await cluster?.stop();
});

async function doctor(...flags: readonly string[]) {
  const console = recordedConsole();
  const args = ['doctor', '-o', 'json', '--kubeconfig', cluster.target.kubeconfig, ...flags];
  const exitCode = await run(args, console);
  const { items } = JSON.parse(console.written.out) as { readonly items: readonly Finding[] };
  return { exitCode, findings: new Map(items.map((finding) => [finding.check, finding])) };
}

const resource = 'resource StatefulSet of ordinal.dev/v1';
const both = ['--resource', 'apps/v1', 'ordinal.dev/v1'];

describe('ordinal doctor', { timeout: 180_000 }, () => {
  test('of a cluster that nothing is installed in: says what is missing, and what to do', async () => {
    const { exitCode, findings } = await doctor();
    expect(exitCode).toBe(1);
    expect(findings.get('API server')).toMatchObject({ result: 'ok', message: expect.stringMatching(/^v1\.\d+/) });
    expect(findings.get(resource)).toMatchObject({ result: 'failed', remedy: 'ordinal install --crd-only' });
    expect(findings.get('lease')).toMatchObject({ result: 'failed', remedy: expect.stringContaining('start workers') });
    expect(findings.get('workers')).toMatchObject({ result: 'failed' });
    expect(findings.get('search attributes')).toMatchObject({
      result: 'warning',
      remedy: expect.stringContaining('search-attribute create'),
    });
  });

  test('of one that is well: nothing fails; a set that is stuck is told', async () => {
    await cluster.serveBothFlavours();
    const kubectl = kubectlIn(cluster.target, 'default');
    const { exitCode, findings } = await waitUntil(
      'the lease is held',
      async () => {
        const told = await doctor(...both);
        return told.findings.get('lease')?.result === 'ok' && told;
      },
      { timeoutMs: 60_000 },
    );
    expect([...findings.values()].filter(({ result }) => result === 'failed')).toEqual([]);
    expect(exitCode).toBe(0);
    for (const check of ['rights of a worker', resource, 'controllers of apps/v1', 'sets', 'Temporal', 'workers'])
      expect(findings.get(check), check).toMatchObject({ result: 'ok' });
    for (const check of ['search attributes', 'clock of Temporal', 'clock of the API server'])
      expect(findings.get(check), check).toMatchObject({ result: 'ok' });
    expect(findings.get('rights of a worker')?.message).toContain('system:serviceaccount:ordinal-system:ordinal: all');
    expect(findings.get('Temporal namespace')).toMatchObject({ message: expect.stringContaining('days') });

    await kubectl(['apply', '-f', '-'], toYaml([aSet('web', {}, 'nginx:broken')]));
    await kubectl(['wait', 'sts/web', '--for=condition=Stalled', '--timeout=60s']);
    const ill = await doctor(...both);
    expect(ill.exitCode).toBe(0);
    expect(ill.findings.get('sets')).toMatchObject({
      result: 'warning',
      message: expect.stringMatching(/^sts\/web in default is stuck/),
      remedy: 'ordinal explain sts/web -n default',
    });

    const console = recordedConsole();
    expect(await run(['doctor', ...both, '--kubeconfig', cluster.target.kubeconfig], console)).toBe(0);
    expect(console.written.out).toMatch(/^CHECK +RESULT +FOUND\nAPI server +ok +v1/);
    expect(console.written.out).toMatch(/sets +warning +sts\/web in default is stuck.*\n +-> ordinal explain sts\/web/);
  });

  test('with a clock that is a minute fast: both servers are told to be behind', async () => {
    const kube = new KubeClient(connectCluster({ kubeconfigPath: cluster.target.kubeconfig }));
    const clock = () => Date.now() + 60_000;
    const options = { kube, flavours: ['ordinal.dev/v1'], namespaces: [], leaseNamespace: 'ordinal-system' } as const;
    const findings = await diagnose({ ...options, clock });
    await kube.transport.close();
    for (const whose of ['the API server', 'Temporal'])
      expect(findings.find(({ check }) => check === `clock of ${whose}`)).toMatchObject({
        result: 'warning',
        message: expect.stringMatching(/^(59|60)\.\d s behind this machine$/),
        remedy: expect.stringContaining('NTP'),
      });
  });

  test('with credentials that may do little: lists the rights that are missing', async () => {
    const { exitCode, findings } = await doctor('--kubeconfig', cluster.target.workerKubeconfig, ...both);
    expect(findings.get('rights of a worker')).toMatchObject({ result: 'ok' });
    expect(exitCode).toBeLessThanOrEqual(1);
    const kubectl = kubectlIn(cluster.target, 'default');
    await kubectl(['delete', 'clusterrolebinding', '-l', 'app.kubernetes.io/name=ordinal']);
    const less = await waitUntil('the rights are gone', async () => {
      const told = (await doctor('--kubeconfig', cluster.target.workerKubeconfig)).findings.get('rights of a worker');
      return told?.result === 'failed' && told;
    });
    expect(less.message).toMatch(/may not: .*\bcreate pods\b/);
    expect(less.remedy).toContain('ordinal install');
  });

  test('without Temporal: fails, and says what to set', async () => {
    process.env['TEMPORAL_ADDRESS'] = '127.0.0.1:1';
    const { exitCode, findings } = await doctor();
    expect(exitCode).toBe(1);
    expect(findings.get('Temporal')).toMatchObject({
      result: 'failed',
      message: 'cannot reach Temporal at 127.0.0.1:1',
      remedy: 'set TEMPORAL_ADDRESS',
    });
    expect(findings.get(resource)).toMatchObject({ result: 'ok' });
  });

  test('without an API server: says so, and asks Temporal all the same', async () => {
    process.env['TEMPORAL_ADDRESS'] = cluster.target.temporalAddress;
    const path = join(dirname(cluster.target.workflowBundle), 'nowhere');
    const text = await readFile(cluster.target.kubeconfig, 'utf8');
    await writeFile(path, text.replace(/server: .*/, 'server: https://127.0.0.1:1'));
    const { exitCode, findings } = await doctor('--kubeconfig', path);
    expect(exitCode).toBe(1);
    expect(findings.get('API server')).toMatchObject({
      result: 'failed',
      message: expect.stringContaining('https://127.0.0.1:1 cannot be reached'),
      remedy: expect.stringContaining('--kubeconfig'),
    });
    expect(findings.get('workers')).toMatchObject({ result: 'skipped' });
    expect(findings.get('Temporal')).toMatchObject({ result: 'ok' });
  });
});
