import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { waitUntil } from '../../sandbox/processes/wait-until.ts';
import { kubectlIn } from '../support/kubectl.ts';
import { type OwnCluster, startOwnCluster } from '../support/own-cluster.ts';
import { buildUpstream } from './upstream/build.ts';
import { type ExtraKubelet, startKubelet } from './upstream/kubelet.ts';
import { openSuite, type Suite } from './upstream/suite.ts';
import { readTable } from './upstream/table.ts';

/** Who runs the sets: Ordinal, or for comparison `built-in`, Kubernetes' own controller. */
const controller = process.env['ORDINAL_UPSTREAM_CONTROLLER'] ?? 'ordinal';

const rows = readTable();
const wanted = rows.filter(({ notRun }) => notRun === undefined).map(({ name }) => name);
/** Kubernetes' own mark for a test that others disturb. */
const isSerial = (name: string) => name.includes('[Serial]');

let cluster: OwnCluster;
let kubelet: ExtraKubelet;
let suite: Suite;

beforeAll(async () => {
  const programs = await buildUpstream((line) => void process.stderr.write(`${line}\n`));
  cluster = await startOwnCluster();
  const folder = join(cluster.sandbox.dir, 'upstream');
  mkdirSync(folder);
  const kubectl = kubectlIn(cluster.target, 'default');
  await kubectl(['apply', '-f', fileURLToPath(new URL('upstream/cluster.yaml', import.meta.url))]);
  await waitUntil('the policy of cluster.yaml is in force', async () => {
    const pod = await kubectl(['create', '--dry-run=server', '-o', 'yaml', '-f', '-'], specimen);
    return ['behaviour: never-ready', 'exit-code: "1"', 'terminate-after: 1s'].every((text) => pod.includes(text));
  });
  kubelet = await startKubelet(programs.kubelet, cluster.target.kubeconfig, folder);
  suite = openSuite(programs.tests, cluster.target, folder);
  if (controller === 'built-in') await cluster.sandbox.builtIn.start();
  else await cluster.startWorker();
});

afterAll(async () => {
  await kubelet?.stop();
  await cluster?.stop();
});

/** A pod about which each part of the policy has something to say. */
const specimen = JSON.stringify({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'ss3-0' },
  spec: {
    containers: [{ name: 'sleep-exit-with-1', image: 'busybox', readinessProbe: { exec: { command: ['true'] } } }],
  },
});

test('the table in docs/upstream-tests.md names every test of StatefulSets that Kubernetes has', async () => {
  const names = await suite.list(String.raw`\[sig-apps\] StatefulSet`);
  expect(rows.map(({ name }) => `[sig-apps] ${name}`).toSorted()).toEqual(names.toSorted());
});

async function passes(name: string): Promise<void> {
  const { state, failure, log } = await suite.run(`[sig-apps] ${name}`);
  expect(state, `${failure}\n${readFileSync(log, 'utf8').slice(-20_000)}`).toBe('passed');
}

test.concurrent.for(wanted.filter((name) => !isSerial(name)))('%s', passes);

test.for(wanted.filter(isSerial))('%s', passes);
