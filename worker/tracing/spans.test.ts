import {
  InMemorySpanExporter,
  BasicTracerProvider,
  SimpleSpanProcessor,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace-base';
import { expect, test } from 'vitest';
import type { EndedOperation } from '../../workflows/operation-ended.ts';
import { PresetIds } from './preset-ids.ts';
import { createSpans } from './spans.ts';
import { spanIdsOf } from './span-ids.ts';

const set = { cluster: 'c', flavour: 'apps/v1', namespace: 'shop', name: 'web' } as const;
const call = { address: 'https://api:6443/prefix', target: '/api/v1/namespaces/shop/pods/web-2', resent: 1 };
const deletion = {
  verb: 'delete',
  method: 'DELETE',
  path: '/api/v1/namespaces/shop/pods/web-2',
  resource: 'pods',
  repeatable: true,
} as const;

/** A worker of its own, with nothing in common with others but the run. */
function worker(ratio = 1) {
  const exporter = new InMemorySpanExporter();
  const ids = new PresetIds();
  const provider = new BasicTracerProvider({
    idGenerator: ids,
    sampler: new TraceIdRatioBasedSampler(ratio),
    spanProcessors: [new SimpleSpanProcessor(exporter)],
  });
  const { activities, onRequest, sinks } = createSpans(provider.getTracer('test'), ids);
  const run = (runId: string, work: () => unknown, workflowType = 'rollout') => {
    const info = {
      workflowExecution: { workflowId: 'sts/c/shop/web/operation', runId },
      workflowType,
      activityType: 'settlePods',
      activityId: '7',
      attempt: 2,
    };
    const [make] = activities;
    const { inbound } = make?.({ info } as unknown as Parameters<NonNullable<typeof make>>[0]) ?? {};
    const input = { args: [{ set, step: { verb: 'settle', ordinals: [2], revision: 'web-1' } }], headers: {} };
    const next = () => Promise.resolve(work());
    return (inbound?.execute?.(input, next) ?? next()).catch(() => undefined);
  };
  const end = (runId: string, operation: Partial<EndedOperation> = {}, former?: string) =>
    sinks.operation.ended.fn(
      {
        workflowId: 'sts/c/shop/web/operation',
        runId,
        runStartTime: new Date(1_000),
        continuedFromExecutionRunId: former,
      } as Parameters<typeof sinks.operation.ended.fn>[0],
      { set, operation: 'rollout', revision: 'web-1', outcome: 'completed', done: 3, endedAt: 5_000, ...operation },
    );
  const sent = () =>
    exporter.getFinishedSpans().map((span) => ({
      name: span.name,
      id: span.spanContext().spanId,
      trace: span.spanContext().traceId,
      parent: span.parentSpanContext?.spanId,
      status: span.status.code,
      attributes: span.attributes,
      seconds: span.endTime[0] - span.startTime[0],
      links: span.links.map(({ context }) => context.spanId),
    }));
  return { run, end, sent, request: () => onRequest?.(deletion, call) };
}

test('the spans of one run meet in one trace, whichever worker tells them', async () => {
  const [one, other] = [worker(), worker()];
  await one.run('run-a', () => {
    one.request()?.(200);
    return { outcome: 'settled', wrote: {} };
  });
  await other.end('run-a');
  const { traceId: trace, spanId: root } = spanIdsOf('run-a');
  const [request, step] = one.sent();
  expect(step).toMatchObject({ name: 'settlePods', trace, parent: root, status: 0 });
  expect(step?.attributes).toMatchObject({
    'ordinal.ordinals': [2],
    'ordinal.outcome': 'settled',
    'ordinal.attempt': 2,
  });
  expect(request).toMatchObject({ trace, parent: step?.id, status: 0 });
  expect(request?.attributes).toMatchObject({
    'http.response.status_code': 200,
    'http.request.resend_count': 1,
    'url.full': 'https://api:6443/prefix/api/v1/namespaces/shop/pods/web-2',
    'server.address': 'api',
    'server.port': 6443,
    'k8s.pod.name': 'web-2',
  });
  expect(other.sent()).toMatchObject([{ name: 'rollout', trace, id: root, parent: undefined, seconds: 4, links: [] }]);
});

test('what is refused, fails or is stuck is an error', async () => {
  const { run, end, request, sent } = worker();
  await run('run-a', () => {
    request()?.(409);
    request()?.('none');
    throw new TypeError('broken');
  });
  await run('run-a', () => ({
    outcome: 'stuck',
    waiting: { reason: 'ImagePull', message: 'no such image' },
    wrote: {},
  }));
  await end('run-a', { outcome: 'failed', error: 'boom' });
  expect(sent().map(({ status }) => status)).toEqual([2, 2, 2, 2, 2]);
  expect(sent().map(({ attributes }) => attributes['error.type'])).toEqual([
    '409',
    'no_answer',
    'TypeError',
    undefined,
    undefined,
  ]);
});

test('calls outside of a step, and after its end, are of no trace; nor is the workflow of a set', async () => {
  const { run, request, sent } = worker();
  expect(request()).toBeUndefined();
  let late: Promise<unknown> = Promise.resolve();
  let go = () => {};
  await run('run-a', () => {
    late = new Promise<void>((resolve) => (go = resolve)).then(() => expect(request()).toBeUndefined());
    return { outcome: 'settled', wrote: {} };
  });
  go();
  await late;
  await run('run-b', () => expect(request()).toBeUndefined(), 'statefulSet');
  expect(sent().map(({ name }) => name)).toEqual(['settlePods']);
});

test('a run that goes on from another is linked to it', async () => {
  const { end, sent } = worker();
  await end('run-b', {}, 'run-a');
  expect(sent()).toMatchObject([{ links: [spanIdsOf('run-a').spanId] }]);
});

test('all workers sample the same operations, and those whole', async () => {
  const [one, other] = [worker(0.5), worker(0.5)];
  for (let i = 0; i < 40; i += 1) {
    await one.run(`run-${i}`, () => {
      one.request()?.(200);
      return { outcome: 'settled', wrote: {} };
    });
    await other.end(`run-${i}`);
  }
  const sampled = other.sent().map(({ trace }) => trace);
  expect(sampled.length).toBeGreaterThan(5);
  expect(sampled.length).toBeLessThan(35);
  expect(one.sent().map(({ trace }) => trace)).toEqual(sampled.flatMap((trace) => [trace, trace]));
});
