import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Health {
  /** `host:port` that it listens on. */
  readonly address: string;
  close(): Promise<void>;
}

/**
 * Serves `/healthz` (the process answers) and `/readyz` (200 when `unready()` is empty, else 503 and the reasons, a line each).
 */
export async function serveHealth(address: string, unready: () => readonly string[]): Promise<Health> {
  const [host = '', port = '0'] = address.split(':');
  const server = createServer((request, response) => {
    const reasons = request.url === '/readyz' ? unready() : [];
    const found = request.url === '/readyz' || request.url === '/healthz';
    response.writeHead(found ? (reasons.length === 0 ? 200 : 503) : 404, { 'content-type': 'text/plain' });
    response.end(found ? (reasons.length === 0 ? 'ok\n' : `${reasons.join('\n')}\n`) : 'not found\n');
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
