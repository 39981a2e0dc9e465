interface RequestCount {
  readonly verb: string;
  readonly resource: string;
  /** HTTP status, or `none` when there was no answer. */
  readonly code: string;
  readonly count: number;
  /** Sum of the times until the answer began. */
  readonly seconds: number;
}

export interface TransportMetrics {
  readonly requests: readonly RequestCount[];
  readonly retries: number;
  /** Sum of the times spent waiting for the token bucket. */
  readonly throttledSeconds: number;
}

/** Counts requests by verb, resource and code since the start of the process. */
export class RequestMeter {
  readonly #counts = new Map<
    string,
    { verb: string; resource: string; code: string; count: number; seconds: number }
  >();
  #retries = 0;
  #throttledMs = 0;

  count(request: { readonly verb: string; readonly resource: string }, status: number | 'none', ms: number): void {
    const code = String(status);
    const key = `${request.verb} ${request.resource} ${code}`;
    let entry = this.#counts.get(key);
    if (entry === undefined) {
      entry = { verb: request.verb, resource: request.resource, code, count: 0, seconds: 0 };
      this.#counts.set(key, entry);
    }
    entry.count += 1;
    entry.seconds += ms / 1000;
  }

  retried(): void {
    this.#retries += 1;
  }

  throttled(ms: number): void {
    this.#throttledMs += ms;
  }

  read(): TransportMetrics {
    return {
      requests: [...this.#counts.values()].map((entry) => ({ ...entry })),
      retries: this.#retries,
      throttledSeconds: this.#throttledMs / 1000,
    };
  }
}
