import { createHash, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { PayloadCodec } from '@temporalio/common';
import { fromJson, type JsonPayloads, toJson } from './json-payloads.ts';

export interface CodecServerOptions {
  readonly codec: PayloadCodec;
  /** Whoever knows it may have payloads decoded. */
  readonly token: string;
  /** Origins of the Temporal UIs that may ask, for example `https://temporal.example`; browsers keep to it. */
  readonly origins: readonly string[];
  readonly host: string;
  /** 0: any that is free. */
  readonly port: number;
}

export interface CodecServer {
  /** `http://host:port`. */
  readonly url: string;
  /** Answers what is under way, takes nothing new. */
  close(): Promise<void>;
}

/** A page of a history, with room. */
const longestBody = 8 * 1024 * 1024;
const headers = 'authorization, content-type, x-namespace';

/** What is answered instead of payloads. */
class Refusal extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** Temporal's protocol of remote codecs over HTTP: `POST /decode` and `POST /encode`, payloads as JSON. Nothing is logged or kept. */
export async function serveCodec(options: CodecServerOptions): Promise<CodecServer> {
  const server = createServer((request, response) => {
    respond(options, request, response).catch((error: unknown) => {
      const refusal = error instanceof Refusal ? error : new Refusal(500, 'the codec server has failed');
      send(response, refusal.status, { message: refusal.message });
    });
  });
  server.requestTimeout = 30_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, resolve);
  });
  return { url: urlOf(server), close: () => closed(server) };
}

async function respond(options: CodecServerOptions, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { origin, authorization } = request.headers;
  if (origin !== undefined) {
    response.setHeader('vary', 'Origin');
    if (!options.origins.includes(origin))
      throw new Refusal(403, `pages of ${origin} may not ask; --origin names those that may`);
    response.setHeader('access-control-allow-origin', origin);
    response.setHeader('access-control-allow-credentials', 'true');
  }
  // Temporal's command line puts the namespace before it where it is told to.
  const path = new URL(request.url ?? '/', 'http://codec').pathname;
  const act = path === '/decode' ? 'decode' : path === '/encode' ? 'encode' : undefined;
  if (act === undefined) throw new Refusal(404, 'there is /decode and /encode, nothing else');
  if (request.method === 'OPTIONS') {
    response.setHeader('access-control-allow-methods', 'POST');
    response.setHeader('access-control-allow-headers', headers);
    response.setHeader('access-control-max-age', '600');
    response.writeHead(204).end();
    return;
  }
  if (request.method !== 'POST') {
    response.setHeader('allow', 'POST, OPTIONS');
    throw new Refusal(405, `${path} is asked by POST`);
  }
  if (!isToken(authorization, options.token)) {
    response.setHeader('www-authenticate', 'Bearer');
    throw new Refusal(401, 'the header Authorization has to be: Bearer, and the token of this server');
  }
  const payloads = fromJson(await bodyOf(request));
  if (payloads === undefined) throw new Refusal(400, 'the body has to be JSON with a list "payloads"');
  const answered = await options.codec[act](payloads).catch((error: unknown) => {
    throw new Refusal(400, error instanceof Error ? error.message : String(error));
  });
  send(response, 200, toJson(answered));
}

/** In constant time, whatever the length. */
function isToken(authorization: string | undefined, token: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  const given = /^Bearer (.+)$/i.exec(authorization ?? '')?.[1] ?? '';
  return timingSafeEqual(digest(given), digest(token)) && given !== '';
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > longestBody) throw new Refusal(413, `a body may have ${longestBody} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function send(response: ServerResponse, status: number, body: JsonPayloads | { readonly message: string }): void {
  if (response.headersSent) return void response.destroy();
  // What was not read of the request would be in the way of the next one.
  if (!response.req.complete) response.setHeader('connection', 'close');
  response.setHeader('content-type', 'application/json');
  response.setHeader('cache-control', 'no-store');
  response.writeHead(status).end(JSON.stringify(body));
}

function urlOf(server: Server): string {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the codec server has no address');
  const host = address.family === 'IPv6' ? `[${address.address}]` : address.address;
  return `http://${host}:${address.port}`;
}

async function closed(server: Server): Promise<void> {
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.closeIdleConnections();
  });
}
