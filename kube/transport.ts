import type { KubeConfig } from '@kubernetes/client-node';
import { Agent, errors as undiciErrors, type Dispatcher } from 'undici';
import { backoff } from './backoff.ts';
import { createCredentials, type Credentials } from './credentials.ts';
import { concealing } from './conceal-values.ts';
import { KubeError, UnreachableError, isConflict, parseStatus } from './errors.ts';
import { jsonLines } from './json-lines.ts';
import { RequestMeter, type TransportMetrics } from './request-meter.ts';
import { sleep } from './sleep.ts';
import { TokenBucket } from './token-bucket.ts';
import { userAgent } from './user-agent.ts';

export type Query = Readonly<Record<string, string | undefined>>;

/** Hears of a call before it is made; what it answers, of the status of the answer, or that there was none. */
export type OnRequest = (request: KubeRequest, call: Call) => ((status: number | 'none') => void) | undefined;

interface Call {
  /** `https://host:port`, with the path that the kubeconfig's server may have. */
  readonly address: string;
  /** Path and query, behind the address. */
  readonly target: string;
  /** How often the request was made before. */
  readonly resent: number;
}

export interface TransportOptions {
  readonly onRequest?: OnRequest;
  /** Requests a second. Default 1000. */
  readonly qps?: number;
  /** Requests at once before `qps` holds. Default 2000. */
  readonly burst?: number;
  /** Connections at once, besides one for each stream. Default 64. */
  readonly connections?: number;
  /** How long an answer may take to begin, and to go on, in ms. Default 30 000. */
  readonly timeoutMs?: number;
  /** How often a request is made at most, the first time included. Default 6. */
  readonly attempts?: number;
  /** A longer Retry-After is not waited for but thrown, in ms. Default 10 000. */
  readonly maxRetryAfterMs?: number;
  /** How long credentials are used before files and plugins are asked again, in ms. Default 10 000. */
  readonly credentialsMs?: number;
  /** Default `ordinal/<version>`. */
  readonly userAgent?: string;
}

export interface RequestOptions {
  readonly signal?: AbortSignal;
  /** Overrides the transport's number of attempts. */
  readonly attempts?: number;
}

export interface KubeRequest {
  /** As RBAC names it. */
  readonly verb: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  /** For the metrics: the plural of the kind. */
  readonly resource: string;
  readonly query?: Query;
  readonly body?: object;
  /** How the body is written down. Default: `JSON.stringify`. */
  readonly serialize?: (body: object) => string;
  /** Default `application/json`. */
  readonly contentType?: string;
  /** Whether doing it twice is harmless: only such requests are repeated when nobody knows whether they took effect. */
  readonly repeatable: boolean;
}

/** What calls go through, and what streams do: as many as there are, so that they leave no call without a connection. */
interface Agents {
  readonly fingerprint: string;
  readonly calls: Dispatcher;
  readonly streams: Dispatcher;
}

/** All calls to one API server: its agents, one token bucket, credentials that stay fresh, retries, metrics. */
export class Transport {
  /** `https://host:port`, with the path that the kubeconfig's server may have. */
  readonly address: string;
  readonly #origin: string;
  readonly #prefix: string;
  readonly #credentials: () => Promise<Credentials>;
  readonly #forgetCredentials: () => void;
  readonly #bucket: TokenBucket;
  readonly #meter = new RequestMeter();
  readonly #options: Required<Omit<TransportOptions, 'onRequest'>>;
  readonly #onRequest: OnRequest | undefined;
  #agents: Agents | undefined;
  #closed = false;

  constructor(config: KubeConfig, { onRequest, ...options }: TransportOptions = {}) {
    this.#onRequest = onRequest;
    this.#options = {
      qps: 1000,
      burst: 2000,
      connections: 64,
      timeoutMs: 30_000,
      attempts: 6,
      maxRetryAfterMs: 10_000,
      credentialsMs: 10_000,
      userAgent: userAgent(),
      ...options,
    };
    const source = createCredentials(config, this.#options.credentialsMs);
    this.#credentials = source.current;
    this.#forgetCredentials = source.forget;
    const url = new URL(source.server);
    this.#origin = url.origin;
    this.#prefix = url.pathname.replace(/\/+$/, '');
    this.address = `${this.#origin}${this.#prefix}`;
    this.#bucket = new TokenBucket(this.#options.qps, this.#options.burst);
  }

  /** One call; `T` is what the caller knows about the answer. Rejects with `KubeError`, `UnreachableError`, or the signal's reason. */
  async request<T>(request: KubeRequest, options: RequestOptions = {}): Promise<T> {
    const { signal } = options;
    const attempts = options.attempts ?? this.#options.attempts;
    for (let attempt = 1; ; attempt += 1) {
      try {
        const answer = await this.#send(request, signal, { resent: attempt - 1 });
        return (await this.#orUnreachable(request, answer.body.json(), signal)) as T;
      } catch (error) {
        const wait = attempt < attempts ? this.#retryAfter(request, error, attempt) : undefined;
        if (wait === undefined) throw error;
        this.#meter.retried();
        await sleep(wait, signal);
      }
    }
  }

  /** The parsed lines of a streamed answer. One attempt; ends quietly when the server ends it between two lines. */
  async *stream<T>(
    request: KubeRequest,
    options: { readonly signal?: AbortSignal; readonly onBytes?: () => void } = {},
  ): AsyncGenerator<T, void, undefined> {
    const { signal, onBytes } = options;
    const answer = await this.#send(request, signal, { streams: true });
    onBytes?.();
    try {
      yield* jsonLines<T>(answer.body, onBytes);
    } catch (error) {
      throw this.#translate(request, error, signal);
    } finally {
      answer.body.on('error', () => {});
      answer.body.destroy();
    }
  }

  /** What time it is by the server's clock, to the second below, in ms since the epoch; undefined where it does not say. */
  async serverTime(signal?: AbortSignal): Promise<number | undefined> {
    const request: KubeRequest = {
      verb: 'get',
      method: 'GET',
      path: '/version',
      resource: 'version',
      repeatable: true,
    };
    const answer = await this.#send(request, signal);
    await answer.body.dump();
    const time = Date.parse(String(answer.headers['date']));
    return Number.isNaN(time) ? undefined : time;
  }

  metrics(): TransportMetrics {
    return this.#meter.read();
  }

  /** Ends all connections; requests in flight fail. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([this.#agents?.calls.destroy(), this.#agents?.streams.destroy()]);
  }

  async #send(
    request: KubeRequest,
    signal: AbortSignal | undefined,
    { resent = 0, streams = false } = {},
  ): Promise<Dispatcher.ResponseData> {
    for (let stale = false; ; stale = true) {
      this.#meter.throttled(await this.#bucket.take(signal));
      const credentials = await this.#credentials();
      const target = request.path + search(request.query);
      const ended = this.#onRequest?.(request, { address: this.address, target, resent });
      const began = performance.now();
      let answer: Dispatcher.ResponseData;
      try {
        answer = await this.#agentsFor(credentials)[streams ? 'streams' : 'calls'].request({
          origin: this.#origin,
          path: this.#prefix + target,
          method: request.method,
          headers: {
            ...credentials.headers,
            accept: 'application/json',
            'user-agent': this.#options.userAgent,
            ...(request.body && { 'content-type': request.contentType ?? 'application/json' }),
          },
          body: request.body ? (request.serialize ?? JSON.stringify)(request.body) : null,
          headersTimeout: this.#options.timeoutMs,
          bodyTimeout: streams ? 0 : this.#options.timeoutMs,
          // A delete has a body here, after which undici would not use the connection again: API servers are used to it.
          reset: false,
          ...(signal && { signal }),
        });
      } catch (error) {
        this.#meter.count(request, 'none', performance.now() - began);
        ended?.('none');
        throw this.#translate(request, error, signal);
      }
      this.#meter.count(request, answer.statusCode, performance.now() - began);
      ended?.(answer.statusCode);
      if (answer.statusCode < 300) return answer;
      const body = await this.#orUnreachable(request, answer.body.text(), signal);
      if (answer.statusCode === 401 && !stale) {
        this.#forgetCredentials();
        continue;
      }
      const retryAfter = retryAfterSeconds(answer.headers['retry-after']);
      throw parseStatus(answer.statusCode, body, lineOf(request), retryAfter, concealing(request.body));
    }
  }

  async #orUnreachable<T>(request: KubeRequest, body: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
    try {
      return await body;
    } catch (error) {
      throw this.#translate(request, error, signal);
    }
  }

  #agentsFor({ fingerprint, tls, dispatcher }: Credentials): Agents {
    if (this.#closed) throw new Error(`the transport to ${this.address} is closed`);
    if (this.#agents?.fingerprint !== fingerprint) {
      const former = this.#agents;
      const { timeoutMs } = this.#options;
      const agent = (connections: number | null): Dispatcher =>
        dispatcher?.(connections) ??
        new Agent({
          connections,
          pipelining: 1,
          allowH2: false,
          keepAliveTimeout: 30_000,
          connect: { ...tls, timeout: Math.min(timeoutMs, 10_000) },
        });
      this.#agents = { fingerprint, calls: agent(this.#options.connections), streams: agent(null) };
      // Rotated certificates: what runs on the former agents may end there.
      void Promise.all([former?.calls.close(), former?.streams.close()]).catch(() => {});
    }
    return this.#agents;
  }

  /** How long to wait before trying again, in ms; undefined when trying again is useless or unsafe. */
  #retryAfter(request: KubeRequest, error: unknown, attempt: number): number | undefined {
    if (error instanceof UnreachableError) {
      return request.repeatable || !error.sent ? backoff(attempt) : undefined;
    }
    if (!(error instanceof KubeError)) return undefined;
    // Creates side by side contend for the counters of a quota, and the server gives up before the counters are right.
    const contended = request.method === 'POST' && isConflict(error);
    const safe =
      error.status === 429 || contended || (request.repeatable && error.status >= 500 && error.status !== 501);
    if (!safe) return undefined;
    const asked = (error.retryAfterSeconds ?? 0) * 1000;
    return asked > this.#options.maxRetryAfterMs ? undefined : asked + backoff(attempt);
  }

  #translate(request: KubeRequest, error: unknown, signal: AbortSignal | undefined): unknown {
    if (signal?.aborted === true) return signal.reason;
    if (error instanceof KubeError || error instanceof UnreachableError) return error;
    const code = codeOf(error);
    if (code === undefined) return error;
    return new UnreachableError({
      address: this.address,
      code,
      sent: !neverSent.has(code),
      request: lineOf(request),
      cause: error,
    });
  }
}

const neverSent: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

function codeOf(error: unknown): string | undefined {
  if (error instanceof AggregateError) return codeOf(error.errors[0]);
  if (error instanceof undiciErrors.UndiciError) return error.code;
  if (error instanceof SyntaxError) return 'CUT';
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code;
  return error instanceof TypeError ? undefined : 'UNKNOWN';
}

function lineOf(request: KubeRequest): { readonly verb: string; readonly path: string } {
  return { verb: request.verb, path: request.path };
}

function search(query: Query | undefined): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value !== undefined && value !== '') parameters.append(name, value);
  }
  const text = parameters.toString();
  return text === '' ? '' : `?${text}`;
}

function retryAfterSeconds(header: string | string[] | undefined): number | undefined {
  const value = Array.isArray(header) ? header[0] : header;
  if (value === undefined) return undefined;
  const seconds = Number(value);
  if (Number.isFinite(seconds)) return seconds;
  const at = Date.parse(value);
  return Number.isNaN(at) ? undefined : Math.max(0, (at - Date.now()) / 1000);
}
