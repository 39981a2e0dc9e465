import { once } from 'node:events';
import { connect, constants, createSecureServer, type IncomingHttpHeaders, type ServerHttp2Session } from 'node:http2';
import type { AddressInfo } from 'node:net';
import type { TLSSocket } from 'node:tls';

export interface TlsGateOptions {
  /** `host:port` of a Temporal without TLS. */
  readonly to: string;
  /** PEM. */
  readonly cert: string;
  /** PEM. */
  readonly key: string;
  /** Fingerprint (SHA-256) of the one certificate of a client that may pass. */
  readonly client: string;
  /** What has to be in the header Authorization, after "Bearer". */
  readonly apiKey: string;
}

export interface TlsGate {
  /** `host:port`. */
  readonly address: string;
  /** Calls that were not let through. */
  readonly refused: number;
  close(): Promise<void>;
}

/** Stands before a Temporal as a proxy of Temporal Cloud does: TLS, a certificate of the client, and an API key with each call. */
export async function startTlsGate({ to, cert, key, client, apiKey }: TlsGateOptions): Promise<TlsGate> {
  const upstream = connect(`http://${to}`);
  upstream.on('error', () => undefined);
  const server = createSecureServer({ cert, key, requestCert: true, rejectUnauthorized: false });
  const sessions = new Set<ServerHttp2Session>();
  let refused = 0;
  server.on('session', (session) => {
    sessions.add(session);
    session.once('close', () => sessions.delete(session));
    session.on('error', () => undefined);
  });
  server.on('stream', (stream, headers) => {
    stream.on('error', () => undefined);
    const socket = stream.session?.socket as TLSSocket | undefined;
    if (socket?.getPeerCertificate().fingerprint256 !== client || headers.authorization !== `Bearer ${apiKey}`) {
      refused++;
      stream.respond(
        {
          ':status': 200,
          'content-type': 'application/grpc',
          'grpc-status': '16',
          'grpc-message': 'Request unauthorized.',
        },
        { endStream: true },
      );
      return;
    }
    const call = upstream.request({ ...headers, ':authority': to, ':scheme': 'http' });
    let trailers: IncomingHttpHeaders = {};
    call.on('error', () => stream.close(constants.NGHTTP2_INTERNAL_ERROR));
    call.on('trailers', (told) => (trailers = told));
    call.on('response', (told) => stream.respond(told, { waitForTrailers: true }));
    stream.on('wantTrailers', () => stream.sendTrailers(trailers));
    stream.on('aborted', () => call.close(constants.NGHTTP2_CANCEL));
    stream.pipe(call);
    call.pipe(stream);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    get refused() {
      return refused;
    },
    async close() {
      for (const session of sessions) session.destroy();
      upstream.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
