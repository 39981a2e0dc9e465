import { createHash } from 'node:crypto';

/** Hexadecimal, as OpenTelemetry has them: 16 and 8 bytes. */
export interface SpanIds {
  readonly traceId: string;
  readonly spanId: string;
}

/**
 * The ids of the span of an operation, by the run that it is. Every worker comes to the same: steps that ran on different workers, before and
 * after a crash, meet under one operation, and a workflow that is replayed tells nothing twice.
 */
export function spanIdsOf(runId: string): SpanIds {
  const digest = createHash('sha256').update(runId).digest('hex');
  return { traceId: digest.slice(0, 32), spanId: digest.slice(32, 48) };
}
