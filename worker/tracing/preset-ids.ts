import { type IdGenerator, RandomIdGenerator } from '@opentelemetry/sdk-trace-base';
import type { SpanIds } from './span-ids.ts';

/** Random ids, but for the one span that is begun within `with`. */
export class PresetIds implements IdGenerator {
  readonly #random = new RandomIdGenerator();
  #preset: SpanIds | undefined;

  with<T>(ids: SpanIds, begin: () => T): T {
    this.#preset = ids;
    try {
      return begin();
    } finally {
      this.#preset = undefined;
    }
  }

  generateTraceId = (): string => this.#preset?.traceId ?? this.#random.generateTraceId();

  generateSpanId = (): string => this.#preset?.spanId ?? this.#random.generateSpanId();
}
