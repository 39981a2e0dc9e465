import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { recordedConsole } from '../cli/console.fixture.ts';
import { run } from '../cli/run.ts';
import { setsOf } from '../kube/resources.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';
import { type Cluster, createSet, newNamespace } from './cluster.ts';
import { patchSpec } from './sets.ts';

/**
 * How long after a change was sent to the API server `ordinal get -w` has painted it on a terminal, in ms. Changes come at any moment between
 * two paints.
 */
export async function repaintLatencies(cluster: Cluster, sandbox: Sandbox, times: number): Promise<readonly number[]> {
  const namespace = await newNamespace(cluster);
  const { metadata } = await createSet(cluster, namespace, { replicas: 0 });
  let painted: (text: string) => void = () => undefined;
  const terminal = { ...recordedConsole(true), out: (text: string) => painted(text) };
  const paintOf = (replicas: number) =>
    new Promise<void>((resolve) => {
      painted = (text) => {
        if (new RegExp(`Desired: +${replicas}\\n`).test(text)) resolve();
      };
    });
  const first = paintOf(0);
  const watching = run(['get', 'web', '-w', '-n', namespace, '--kubeconfig', sandbox.kubeconfig], terminal);
  await first;
  const latencies: number[] = [];
  for (let replicas = 1; replicas <= times; replicas++) {
    await sleep(randomInt(400));
    const shown = paintOf(replicas);
    const from = performance.now();
    await patchSpec(cluster, namespace, { replicas });
    await shown;
    latencies.push(performance.now() - from);
  }
  await cluster.client.remove(setsOf('apps/v1'), namespace, metadata.name, { uid: metadata.uid });
  await watching;
  return latencies;
}
