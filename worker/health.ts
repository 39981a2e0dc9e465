import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expositionType } from './metrics/exposition.ts';

export interface Health {
  /** `host:port` that it listens on. */
  readonly address: string;
  close(): Promise<void>;
}

/** What the pages say, asked anew for each request. */
export interface HealthPages {
  /** Why no work should be expected of this process; empty: it is ready. */
  readonly unready: () => readonly string[];
  /** In Prometheus' text format. */
  readonly metrics: () => Promise<string>;
}

/**
 * Serves `/healthz` (the process answers), `/readyz` (200 when `unready()` is empty, else 503 and the reasons, a line each) and `/metrics`.
 */
export async function serveHealth(address: string, pages: HealthPages): Promise<Health> {
  const [host = '', port = '0'] = address.split(':');
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://worker');
    switch (pathname) {
      case '/healthz':
        return answer(response, 200, 'ok\n');
      case '/readyz': {
        const reasons = pages.unready();
        return reasons.length === 0 ? answer(response, 200, 'ok\n') : answer(response, 503, `${reasons.join('\n')}\n`);
      }
      case '/metrics':
        pages.metrics().then(
          (text) => answer(response, 200, text, expositionType),
          (error: unknown) => answer(response, 500, `${String(error)}\n`),
        );
        return;
      default:
        return answer(response, 404, 'not found: /healthz, /readyz and /metrics are served here\n');
    }
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(Number(port), host === '' ? undefined : host, resolve);
  });
  const bound = server.address() as AddressInfo;
  return {
    address: `${bound.family === 'IPv6' ? `[${bound.address}]` : bound.address}:${bound.port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function answer(response: ServerResponse, status: number, text: string, type = 'text/plain'): void {
  response.writeHead(status, { 'content-type': type });
  response.end(text);
}
