import { AsyncLocalStorage } from 'node:async_hooks';
import {
  type Attributes,
  type Context,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
  type Tracer,
} from '@opentelemetry/api';
import { CancelledFailure } from '@temporalio/common';
import type { ActivityInterceptorsFactory } from '@temporalio/worker';
import { type SetRef, type StepInput, type StepResult, workflowTypes } from '../../workflows/messages.ts';
import { callTargetOf } from './call-target.ts';
import type { PresetIds } from './preset-ids.ts';
import { spanIdsOf } from './span-ids.ts';
import type { Tracing } from './tracing.ts';

/** The attempt of a step that is at work. */
interface Step {
  readonly span: Span;
  readonly context: Context;
  /** Work that outlives it is not its own. */
  isOpen: boolean;
}

/** The spans of operations, steps and calls to the API server, by names and attributes of OpenTelemetry's conventions where there are such. */
export function createSpans(tracer: Tracer, ids: PresetIds): Omit<Tracing, 'stop'> {
  const current = new AsyncLocalStorage<Step>();

  /** The span of the operation that a run is. It is sent only where it ends: each step begins one to be a child of. */
  const operationSpan = (name: string, runId: string, startTime?: Date): Span =>
    ids.with(spanIdsOf(runId), () => tracer.startSpan(name, { root: true, startTime }, ROOT_CONTEXT));

  const activity: ActivityInterceptorsFactory = ({ info }) => {
    const { workflowExecution: run, workflowType } = info;
    // The entity lives as long as its set: there is no trace that would ever end.
    if (run === undefined || workflowType === undefined || workflowType === workflowTypes.statefulSet) return {};
    let ofLog = {};
    return {
      inbound: {
        async execute(input, next) {
          const [{ set, step: asked }] = input.args as [Pick<StepInput, 'set'> & Partial<StepInput>];
          const parent = trace.setSpan(ROOT_CONTEXT, operationSpan(workflowType, run.runId));
          const attributes = {
            ...attributesOf(set),
            temporalWorkflowId: run.workflowId,
            temporalRunId: run.runId,
            temporalActivityId: info.activityId,
            'ordinal.attempt': info.attempt,
            ...(asked && {
              'ordinal.verb': asked.verb,
              'ordinal.ordinals': [...asked.ordinals],
              'ordinal.revision': asked.revision,
            }),
          };
          const span = tracer.startSpan(info.activityType, { attributes }, parent);
          const step: Step = { span, context: trace.setSpan(ROOT_CONTEXT, span), isOpen: true };
          const { traceId, spanId } = span.spanContext();
          ofLog = { trace_id: traceId, span_id: spanId };
          try {
            const result = await current.run(step, () => next(input));
            if (asked !== undefined) tellOutcome(span, result as StepResult);
            return result;
          } catch (error) {
            tellError(span, error);
            throw error;
          } finally {
            step.isOpen = false;
            span.end();
          }
        },
      },
      outbound: { getLogAttributes: (input, next) => next({ ...input, ...ofLog }) },
    };
  };

  return {
    activities: [activity],
    onRequest({ method, path, verb }, { address, target, resent }) {
      const step = current.getStore();
      if (step?.isOpen !== true) return undefined;
      const { template, resource, namespace, name } = callTargetOf(path);
      const { hostname, port, protocol } = new URL(address);
      const attributes: Attributes = {
        'http.request.method': method,
        'url.full': address + target,
        'url.template': template,
        'server.address': hostname,
        'server.port': Number(port) || (protocol === 'http:' ? 80 : 443),
        'ordinal.verb': verb,
        ...(resource !== undefined && { 'ordinal.resource': resource }),
        ...(namespace !== undefined && { 'k8s.namespace.name': namespace }),
        ...(name !== undefined && { [resource === 'pods' ? 'k8s.pod.name' : 'ordinal.name']: name }),
        ...(resent > 0 && { 'http.request.resend_count': resent }),
      };
      const span = tracer.startSpan(`${method} ${template}`, { kind: SpanKind.CLIENT, attributes }, step.context);
      return (status) => {
        if (status !== 'none') span.setAttribute('http.response.status_code', status);
        if (status === 'none' || status >= 400) {
          span.setAttribute('error.type', status === 'none' ? 'no_answer' : String(status));
          span.setStatus({ code: SpanStatusCode.ERROR });
        }
        span.end();
      };
    },
    sinks: {
      operation: {
        ended: {
          fn({ workflowId, runId, runStartTime, continuedFromExecutionRunId: former }, operation) {
            const { set, outcome, done, revision, endedAt, error } = operation;
            const span = operationSpan(operation.operation, runId, runStartTime);
            span.setAttributes({
              ...attributesOf(set),
              temporalWorkflowId: workflowId,
              temporalRunId: runId,
              'ordinal.revision': revision,
              'ordinal.outcome': outcome,
              'ordinal.done': done,
            });
            if (former !== undefined) span.addLink({ context: { ...spanIdsOf(former), traceFlags: 1 } });
            if (outcome === 'failed') span.setStatus({ code: SpanStatusCode.ERROR, message: error });
            span.end(new Date(endedAt));
          },
        },
      },
    },
  };
}

function attributesOf({ cluster, namespace, name, flavour, uid }: SetRef): Attributes {
  return {
    'k8s.cluster.uid': cluster,
    'k8s.namespace.name': namespace,
    'k8s.statefulset.name': name,
    ...(uid !== undefined && { 'k8s.statefulset.uid': uid }),
    'ordinal.api': flavour,
  };
}

function tellOutcome(span: Span, { outcome, why, waiting }: StepResult): void {
  span.setAttributes({
    'ordinal.outcome': outcome,
    ...(why !== undefined && { 'ordinal.why': why }),
    ...(waiting && { 'ordinal.waiting': waiting.reason }),
  });
  if (outcome === 'stuck') span.setStatus({ code: SpanStatusCode.ERROR, message: waiting?.message ?? why });
}

function tellError(span: Span, error: unknown): void {
  if (error instanceof CancelledFailure) return void span.setAttribute('ordinal.outcome', 'cancelled');
  const exception = error instanceof Error ? error : new Error(String(error));
  span.recordException(exception);
  span.setAttributes({ 'ordinal.outcome': 'failed', 'error.type': exception.name });
  span.setStatus({ code: SpanStatusCode.ERROR, message: exception.message });
}
