import { afterAll, beforeAll, expect, test } from 'vitest';
import { waitUntil } from '../../sandbox/processes/wait-until.ts';
import { spanIdsOf } from '../../worker/tracing/span-ids.ts';
import { withPods, withSpec } from '../support/example.ts';
import { endedOperations } from '../support/history.ts';
import { type OtlpReceiver, type ReceivedSpan, startOtlpReceiver } from '../support/otlp-receiver.ts';
import { type OwnCluster, startOwnCluster } from '../support/own-cluster.ts';
import { playOn } from '../support/scenario.ts';

let cluster: OwnCluster;
let receiver: OtlpReceiver;
let tracing: { readonly env: Readonly<Record<string, string>> };

beforeAll(async () => {
  [cluster, receiver] = await Promise.all([startOwnCluster(), startOtlpReceiver()]);
  tracing = {
    env: {
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.endpoint,
      OTEL_BSP_SCHEDULE_DELAY: '100',
      OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=test',
    },
  };
});

afterAll(async () => {
  await cluster?.stop();
  await receiver?.close();
});

const steps = (spans: readonly ReceivedSpan[]) => spans.filter(({ name }) => /^(settle|remove)Pods$/.test(name));
const isDeleteOf = ({ attributes }: ReceivedSpan, pod: string) =>
  attributes['http.request.method'] === 'DELETE' && attributes['k8s.pod.name'] === pod;
const apiCalls = (spans: readonly ReceivedSpan[]) => spans.filter(({ kind }) => kind === 3);

test('a rollout is one trace from the operation down to the calls, also when its worker is killed in the middle', () =>
  playOn(cluster.target, 'tracing', async (scene) => {
    const native = ['--resource', 'apps/v1', '--no-probe'];
    const first = await cluster.startWorker(native, tracing);
    const three = withSpec(await scene.example('s06-scale'), { replicas: 3 });
    await scene.apply(withPods(three, { 'sandbox.ordinal.dev/terminate-after': '300ms' }));
    await scene.untilSettled('web', 60_000);
    // A change that comes while a run ends makes it end once more, and tell that again.
    await endedOperations(scene, 1);
    scene.mark();
    await scene.patchImage('web', 'nginx:latest');
    await scene.until('one pod is at the new image', () => scene.story().includes('ready web-2'));
    await scene.until('the next is leaving', () => scene.story().includes('leaving web-1'));
    await waitUntil('the first step was sent', () => {
      const deleted = apiCalls(receiver.spans).find((span) => isDeleteOf(span, 'web-2'));
      return deleted && receiver.spans.some(({ spanId }) => spanId === deleted.parentSpanId);
    });
    await first.kill('SIGKILL');
    const second = await cluster.startWorker(native, tracing);
    await scene.untilSettled('web', 60_000);
    const runs = await endedOperations(scene, 2);
    expect(runs.map(({ type }) => type)).toEqual(['rollout', 'rollout']);
    const traceOf = (runId: string) => receiver.spans.filter(({ traceId }) => traceId === spanIdsOf(runId).traceId);
    for (const { runId, type } of runs)
      await waitUntil('the operation has been sent', () => traceOf(runId).some(({ name }) => name === type));
    await second.kill('SIGTERM');

    for (const { runId, id } of runs) {
      const trace = traceOf(runId);
      expect(trace.filter(({ parentSpanId }) => parentSpanId === '')).toMatchObject([
        {
          name: 'rollout',
          spanId: spanIdsOf(runId).spanId,
          attributes: {
            'k8s.cluster.uid': second.cluster,
            'k8s.namespace.name': scene.namespace,
            'k8s.statefulset.name': 'web',
            temporalWorkflowId: id,
            temporalRunId: runId,
            'ordinal.outcome': 'completed',
            'ordinal.done': 3,
          },
          resource: { 'service.name': 'ordinal', 'deployment.environment.name': 'test' },
        },
      ]);
      const byId = new Map(trace.map((span) => [span.spanId, span]));
      expect(byId.size, 'no span is sent twice').toBe(trace.length);
      for (const span of trace.filter(({ parentSpanId }) => parentSpanId !== '')) {
        const parent = byId.get(span.parentSpanId);
        // The step that a killed worker was at never ended: of it there are at most its calls.
        if (parent === undefined && span.kind === 3 && span.resource['process.pid'] === first.pid) continue;
        expect(parent?.kind, `${span.name} has a parent that is known`).toBe(1);
        expect(span.startMs).toBeGreaterThanOrEqual((parent?.startMs ?? 0) - 1_000);
      }
      expect(new Set(steps(trace).flatMap(({ attributes }) => attributes['ordinal.ordinals']))).toEqual(
        new Set([0, 1, 2]),
      );
      expect(apiCalls(trace).length).toBeGreaterThanOrEqual(3);
    }

    const [, update] = runs;
    const trace = traceOf(update?.runId ?? '');
    const pids = new Set(steps(trace).map(({ resource }) => resource['process.pid']));
    expect(pids).toEqual(new Set([first.pid, second.pid]));
    const deleted = trace.find((span) => isDeleteOf(span, 'web-2'));
    expect(deleted).toMatchObject({
      name: 'DELETE /api/v1/namespaces/{namespace}/pods/{name}',
      kind: 3,
      attributes: {
        'http.response.status_code': 200,
        'k8s.namespace.name': scene.namespace,
        'url.full': expect.stringMatching(
          new RegExp(`^https://127.0.0.1:\\d+/api/v1/namespaces/${scene.namespace}/pods/web-2`),
        ),
        'server.address': '127.0.0.1',
        'ordinal.verb': 'delete',
        'ordinal.resource': 'pods',
      },
    });
    expect(trace.find(({ spanId }) => spanId === deleted?.parentSpanId)).toMatchObject({
      name: 'settlePods',
      attributes: { 'ordinal.verb': 'settle', 'ordinal.ordinals': [2], 'ordinal.outcome': 'settled' },
    });
    expect(trace.some((span) => isDeleteOf(span, 'web-0'))).toBe(true);

    const logged = second
      .log()
      .split('\n')
      .filter((line) => line.includes('"step settled"'))
      .map((line) => JSON.parse(line) as { readonly trace_id: string; readonly span_id: string });
    expect(logged.length).toBeGreaterThan(0);
    for (const line of logged)
      expect(steps(trace)).toContainEqual(expect.objectContaining({ traceId: line.trace_id, spanId: line.span_id }));
    expect(JSON.stringify(receiver.spans)).not.toContain('nginx');
  }));

test('a collector that is away holds nothing up, and is told', () =>
  playOn(cluster.target, 'no-collector', async (scene) => {
    const worker = await cluster.startWorker(undefined, {
      env: { ...tracing.env, OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9', OTEL_EXPORTER_OTLP_TIMEOUT: '1000' },
    });
    await scene.apply(await scene.example('s06-scale'));
    await scene.untilSettled('web', 60_000);
    await waitUntil('the log tells', () => worker.log().includes('"during":"tracing"'));
    expect(await worker.kill('SIGTERM')).toBe(0);
  }));
