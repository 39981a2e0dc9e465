import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** Stands between a worker and the Temporal server, and takes part in the failures of a network. */
export interface TcpProxy {
  /** `host:port`; the same over all outages. */
  readonly address: string;
  /** Ends every connection; new ones are served. */
  cut(): void;
  /** Ends every connection, and nobody listens any more, until `serve`. */
  refuse(): Promise<void>;
  /** Connections stay open, new ones are accepted, and no byte passes, until `serve`. What was held back passes then. */
  stall(): void;
  /** Serves again. */
  serve(): Promise<void>;
  close(): Promise<void>;
}

/** Forwards a free port of 127.0.0.1 to `target`, a `host:port`. */
export async function startTcpProxy(target: string): Promise<TcpProxy> {
  const [host = '', port = ''] = target.split(':');
  const sockets = new Set<Socket>();
  let isStalled = false;

  const hold = (socket: Socket): void => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
  };
  const server = createServer((near) => {
    const far = connect({ host, port: Number(port) });
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      hold(from);
      from.on('data', (bytes) => {
        if (!to.write(bytes)) from.pause();
      });
      to.on('drain', () => !isStalled && from.resume());
      from.once('close', () => to.destroy());
      if (isStalled) from.pause();
    }
  });
  const listen = async (on: number): Promise<void> => {
    server.listen(on, '127.0.0.1');
    await once(server, 'listening');
  };
  await listen(0);
  const { port: own } = server.address() as AddressInfo;
  const cut = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  const refuse = async (): Promise<void> => {
    if (!server.listening) return cut();
    const closed = once(server, 'close');
    server.close();
    cut();
    await closed;
  };
  return {
    address: `127.0.0.1:${own}`,
    cut,
    refuse,
    stall() {
      isStalled = true;
      for (const socket of sockets) socket.pause();
    },
    async serve() {
      isStalled = false;
      for (const socket of sockets) socket.resume();
      if (!server.listening) await listen(own);
    },
    close: refuse,
  };
}
