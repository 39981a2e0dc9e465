import type { RequestOptions } from 'node:https';
import { KubeConfig } from '@kubernetes/client-node';
import { Agent } from 'undici';

/** A plain way to the API server: nothing of the product's own transport is in it. */
export interface Connection {
  /** Throws `StatusError` on any status but 200. */
  get(path: string, signal: AbortSignal): Promise<AsyncIterable<Uint8Array>>;
  close(): Promise<void>;
}

export class StatusError extends Error {
  readonly status: number;

  constructor(path: string, status: number, body: string) {
    super(`GET ${path}: ${status} ${body.slice(0, 200)}`);
    this.status = status;
  }
}

export async function connect(kubeconfig: string | KubeConfig): Promise<Connection> {
  const config = typeof kubeconfig === 'string' ? new KubeConfig() : kubeconfig;
  if (typeof kubeconfig === 'string') config.loadFromFile(kubeconfig);
  const server = config.getCurrentCluster()?.server;
  if (server === undefined) throw new Error('the kubeconfig names no current cluster');
  const options: RequestOptions = {};
  await config.applyToHTTPSOptions(options);
  const { ca, cert, key, rejectUnauthorized, servername } = options;
  const agent = new Agent({
    bodyTimeout: 0,
    connect: {
      ...(ca === undefined ? {} : { ca }),
      ...(cert === undefined ? {} : { cert }),
      ...(key === undefined ? {} : { key: key as string | Buffer }),
      ...(rejectUnauthorized === undefined ? {} : { rejectUnauthorized }),
      ...(servername === undefined ? {} : { servername }),
    },
  });
  const headers = { 'user-agent': 'invariant-recorder', ...(options.headers as Record<string, string> | undefined) };
  const { origin, pathname } = new URL(server);
  const base = pathname.replace(/\/$/, '');
  return {
    async get(path, signal) {
      const { statusCode, body } = await agent.request({ origin, path: base + path, method: 'GET', headers, signal });
      if (statusCode !== 200) throw new StatusError(path, statusCode, await body.text());
      return body;
    },
    close: () => agent.destroy(),
  };
}
