import { readFileSync } from 'node:fs';
import { Agent, request } from 'undici';
import { parse } from 'yaml';

/** The API server said no. */
export class KubeApiError extends Error {
  readonly status: number;
  readonly reason: string;
  constructor(method: string, path: string, status: number, reason: string, message: string) {
    super(`${method} ${path}: ${status} ${reason}: ${message}`);
    this.name = 'KubeApiError';
    this.status = status;
    this.reason = reason;
  }
}

/** The least of the Kubernetes API that the sandbox itself needs, over kept-alive connections. */
export interface KubeApi {
  /** One call; rejects with `KubeApiError` unless the answer is a 2xx. `patch` is a JSON merge patch. */
  call<T>(method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: string, body?: unknown): Promise<T>;
  /** Lines of a watch, until the server ends it or `signal` is aborted. */
  watch(path: string, signal: AbortSignal, accept?: string): AsyncIterable<WatchEvent>;
  close(): Promise<void>;
}

interface WatchEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  readonly object: KubeObject;
}

export interface KubeObject {
  readonly metadata: ObjectMeta;
  readonly [field: string]: unknown;
}

interface ObjectMeta {
  readonly name: string;
  readonly namespace?: string;
  readonly uid?: string;
  readonly resourceVersion?: string;
  readonly creationTimestamp?: string;
  readonly deletionTimestamp?: string;
  readonly finalizers?: readonly string[];
  readonly annotations?: Readonly<Record<string, string>>;
  readonly labels?: Readonly<Record<string, string>>;
}

interface Kubeconfig {
  readonly clusters: readonly {
    readonly cluster: { readonly server: string; readonly 'certificate-authority': string };
  }[];
  readonly users: readonly { readonly user: { readonly token: string } }[];
}

/** A client for a kubeconfig that the sandbox wrote: one cluster, one user with a token. */
export function openKubeApi(kubeconfig: string): KubeApi {
  const config = parse(readFileSync(kubeconfig, 'utf8')) as Kubeconfig;
  const cluster = config.clusters[0]?.cluster;
  const token = config.users[0]?.user.token;
  if (cluster === undefined || token === undefined) throw new Error(`${kubeconfig} is not a kubeconfig of a sandbox`);
  const agent = new Agent({
    connect: { ca: readFileSync(cluster['certificate-authority'], 'utf8') },
    connections: 64,
    bodyTimeout: 0,
  });
  const authorization = `Bearer ${token}`;

  return {
    async call<T>(method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: string, body?: unknown): Promise<T> {
      const response = await request(cluster.server + path, {
        dispatcher: agent,
        method,
        headers: {
          authorization,
          accept: 'application/json',
          'content-type': method === 'PATCH' ? 'application/merge-patch+json' : 'application/json',
        },
        body: body === undefined ? null : JSON.stringify(body),
        headersTimeout: 30_000,
      });
      const text = await response.body.text();
      if (response.statusCode >= 300) throw errorOf(method, path, response.statusCode, text);
      return (text.startsWith('{') ? JSON.parse(text) : text) as T;
    },
    async *watch(path, signal, accept = 'application/json') {
      const response = await request(cluster.server + path, {
        dispatcher: agent,
        headers: { authorization, accept },
        signal,
        headersTimeout: 30_000,
      });
      if (response.statusCode >= 300) throw errorOf('WATCH', path, response.statusCode, await response.body.text());
      let rest = '';
      response.body.setEncoding('utf8');
      for await (const chunk of response.body) {
        const lines = (rest + String(chunk)).split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) if (line !== '') yield JSON.parse(line) as WatchEvent;
      }
    },
    close: () => agent.destroy(),
  };
}

/** Waits for a call and takes one refusal for an answer: 404 to a delete, 409 to a create. */
export async function unless<T>(status: number, call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    if (!(error instanceof KubeApiError) || error.status !== status) throw error;
    return undefined;
  }
}

function errorOf(method: string, path: string, status: number, text: string): KubeApiError {
  try {
    const { reason, message } = JSON.parse(text) as { reason?: string; message?: string };
    return new KubeApiError(method, path, status, reason ?? '', message ?? text);
  } catch {
    return new KubeApiError(method, path, status, '', text);
  }
}
