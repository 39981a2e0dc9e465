import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { KubeConfig } from '@kubernetes/client-node';
import { KubeClient } from './client.ts';
import { Transport, type TransportOptions } from './transport.ts';

export interface Call {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
  /** The client's port: of each connection its own. */
  readonly port: number | undefined;
}

/** A call that waits for its answer. */
export interface Pending extends Call {
  json(body: unknown, status?: number, headers?: Record<string, string>): void;
  status(code: number, reason: string, extra?: object): void;
  /** Starts a stream, or goes on with it: each value is one line. */
  lines(...values: unknown[]): void;
  /** Raw text on the stream. */
  raw(text: string): void;
  /** Ends the stream properly. */
  end(): void;
  /** Destroys the connection. */
  cut(): void;
  readonly closed: Promise<void>;
}

/** An API server in which the test plays every answer. */
export class ScriptedServer {
  readonly calls: Call[] = [];
  readonly #server: Server;
  readonly #arrived: Pending[] = [];
  readonly #waiting: ((pending: Pending) => void)[] = [];
  #answer: ((pending: Pending) => void) | undefined;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(): Promise<ScriptedServer> {
    const server = createServer();
    const scripted = new ScriptedServer(server);
    server.on('request', (request, response) => void scripted.#take(request, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return scripted;
  }

  get address(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  kubeConfig(
    user: { readonly token?: string; readonly username?: string; readonly password?: string } = {},
  ): KubeConfig {
    const config = new KubeConfig();
    config.loadFromClusterAndUser({ name: 'c', server: this.address, skipTLSVerify: false }, { name: 'u', ...user });
    return config;
  }

  client(options: TransportOptions = {}): KubeClient {
    return new KubeClient(new Transport(this.kubeConfig(), options));
  }

  /** The next call that nobody has taken yet. */
  next(): Promise<Pending> {
    const arrived = this.#arrived.shift();
    return arrived ? Promise.resolve(arrived) : new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Answers all further calls. */
  answer(by: (pending: Pending) => void): void {
    this.#answer = by;
    for (const pending of this.#arrived.splice(0)) by(pending);
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const closed = new Promise<void>((resolve) => response.on('close', resolve));
    const url = new URL(request.url ?? '/', 'http://server');
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const call = {
      method: request.method ?? '',
      path: url.pathname,
      query: url.searchParams,
      headers: request.headers,
      body: Buffer.concat(chunks).toString(),
      port: request.socket.remotePort,
    };
    this.calls.push(call);
    const pending = play(call, response, closed);
    const waiting = this.#waiting.shift();
    if (waiting) waiting(pending);
    else if (this.#answer) this.#answer(pending);
    else this.#arrived.push(pending);
  }
}

function play(call: Call, response: ServerResponse, closed: Promise<void>): Pending {
  const json: Pending['json'] = (body, status = 200, headers = {}) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(JSON.stringify(body));
  };
  return {
    ...call,
    closed,
    json,
    status: (code, reason, extra = {}) =>
      json(
        { kind: 'Status', apiVersion: 'v1', status: 'Failure', code, reason, message: `${reason}!`, ...extra },
        code,
      ),
    lines: (...values) => {
      if (!response.headersSent) response.writeHead(200, { 'content-type': 'application/json' }).flushHeaders();
      for (const value of values) response.write(`${JSON.stringify(value)}\n`);
    },
    raw: (text) => void response.write(text),
    end: () => void response.end(),
    cut: () => void response.destroy(),
  };
}
