/** Whether traces are exported; `why` says what in the environment asks for something that there is not. */
export type Wanted = { readonly on: true } | { readonly on: false; readonly why?: string };

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * What OpenTelemetry's own variables ask for: `OTEL_TRACES_EXPORTER=otlp`, or an endpoint and no word about the exporter. Tracing never keeps
 * a worker from working: what is not served is told, and nothing is traced.
 */
export function isTracingWanted(environment: Environment): Wanted {
  const said = (name: string) => environment[name]?.trim() || undefined;
  if (said('OTEL_SDK_DISABLED')?.toLowerCase() === 'true') return { on: false };
  const exporter = said('OTEL_TRACES_EXPORTER');
  const endpoint = said('OTEL_EXPORTER_OTLP_TRACES_ENDPOINT') ?? said('OTEL_EXPORTER_OTLP_ENDPOINT');
  if (exporter === 'none' || (exporter === undefined && endpoint === undefined)) return { on: false };
  if (exporter !== undefined && exporter !== 'otlp')
    return { on: false, why: `nothing is traced: OTEL_TRACES_EXPORTER is ${exporter}, and there are otlp and none` };
  const protocol = said('OTEL_EXPORTER_OTLP_TRACES_PROTOCOL') ?? said('OTEL_EXPORTER_OTLP_PROTOCOL') ?? 'http/protobuf';
  if (protocol !== 'http/protobuf')
    return {
      on: false,
      why: `nothing is traced: OTEL_EXPORTER_OTLP_PROTOCOL is ${protocol}; set OTEL_EXPORTER_OTLP_TRACES_PROTOCOL to http/protobuf, and the endpoint to a port for it (4318)`,
    };
  return { on: true };
}
