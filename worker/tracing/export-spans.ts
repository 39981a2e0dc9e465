import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { diag, DiagLogLevel, type DiagLogger } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { defaultResource, detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources';
import { BasicTracerProvider, BatchSpanProcessor } from '@opentelemetry/sdk-trace-base';
import type { Logger as Pino } from 'pino';
import { userAgent } from '../../kube/user-agent.ts';
import { PresetIds } from './preset-ids.ts';
import { createSpans } from './spans.ts';
import type { Tracing } from './tracing.ts';

/** Sends spans by OTLP over HTTP, as OpenTelemetry's environment variables say: endpoint, headers, certificates, sampler, batches. */
export function exportSpans(log: Pino): Tracing {
  const tell = (level: 'warn' | 'debug') => (message: string) => log[level]({ during: 'tracing' }, message);
  const logger: DiagLogger = {
    error: tell('warn'),
    warn: tell('warn'),
    info: tell('debug'),
    debug: tell('debug'),
    verbose: tell('debug'),
  };
  diag.setLogger(logger, DiagLogLevel.WARN);
  const [, version] = userAgent().split('/');
  const own = {
    'service.name': 'ordinal',
    'service.version': version,
    'host.name': hostname(),
    'process.pid': process.pid,
  };
  const resource = defaultResource()
    .merge(resourceFromAttributes(own))
    .merge(detectResources({ detectors: [envDetector] }));
  const ids = new PresetIds();
  const provider = new BasicTracerProvider({
    resource,
    idGenerator: ids,
    spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())],
  });
  return {
    ...createSpans(provider.getTracer('ordinal', version), ids),
    stop: () => Promise.race([provider.shutdown(), sleep(2_000, undefined, { ref: false })]),
  };
}
