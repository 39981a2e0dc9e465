import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { Agent as UpstreamAgent, createServer, request as requestUpstream } from 'node:https';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { join } from 'node:path';
import type { Sandbox } from '../../sandbox/sandbox.ts';

/** A call as it arrives. */
export interface ApiCall {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly isWatch: boolean;
}

/**
 * `answer`: the proxy itself answers, the server hears nothing. `lose-reply`: the server acts, and the connection is cut before its answer.
 * `delay`: the server hears of it later.
 */
type Fault =
  | { readonly kind: 'answer'; readonly status: 429 | 500 | 503; readonly retryAfterSeconds?: number }
  | { readonly kind: 'lose-reply' }
  | { readonly kind: 'delay'; readonly ms: number };

interface Injected {
  /** How many calls met the fault so far. */
  count(): number;
  lift(): void;
}

/** Stands between a worker and the API server of a sandbox, with the server's own certificate. */
export interface ApiProxy {
  /** Path of a kubeconfig that leads through the proxy, for the user of the one it was made from. */
  readonly kubeconfig: string;
  /** Every call that matches meets the fault, `times` of them at most (default: all), until it is lifted. The first fault that matches counts. */
  inject(fault: Fault, matches: (call: ApiCall) => boolean, times?: number): Injected;
  /** Cuts the watches that are open; says how many. */
  cutWatches(): number;
  /** The watches that are open stay so and say nothing more; new ones are served. Says how many. */
  stallWatches(): number;
  /** Answers of 410 that passed, as status or in a watch. */
  expired(): number;
  /** Ends every connection, and nobody listens any more, until `serve`. */
  refuse(): Promise<void>;
  serve(): Promise<void>;
  close(): Promise<void>;
}

interface OpenWatch {
  stalled: boolean;
  readonly cut: () => void;
}

interface Rule {
  readonly fault: Fault;
  readonly matches: (call: ApiCall) => boolean;
  left: number;
  count: number;
}

/** `direct`: path of a kubeconfig that leads straight to the API server of the sandbox. */
export async function startApiProxy(sandbox: Sandbox, direct: string): Promise<ApiProxy> {
  const certificate = (name: string): Promise<string> => readFile(join(sandbox.dir, 'certificates', name), 'utf8');
  const [ca, key] = await Promise.all([certificate('apiserver.crt'), certificate('apiserver.key')]);
  const upstream = new URL(sandbox.apiServerUrl);
  const agent = new UpstreamAgent({ ca, keepAlive: true });
  const sockets = new Set<Socket>();
  const watches = new Set<OpenWatch>();
  const rules: Rule[] = [];
  let expired = 0;

  const ruleFor = (call: ApiCall): Rule | undefined => {
    const rule = rules.find(({ left, matches }) => left > 0 && matches(call));
    if (rule === undefined) return undefined;
    rule.left -= 1;
    rule.count += 1;
    return rule;
  };

  const forward = (from: IncomingMessage, to: ServerResponse, call: ApiCall, loseReply: boolean): void => {
    const sent = requestUpstream(
      {
        agent,
        host: upstream.hostname,
        port: upstream.port,
        method: from.method,
        path: from.url,
        headers: from.headers,
      },
      (answer) => {
        if (answer.statusCode === 410) expired += 1;
        if (loseReply) {
          answer.resume();
          answer.once('end', () => to.destroy());
          return;
        }
        to.writeHead(answer.statusCode ?? 500, answer.headers);
        to.flushHeaders();
        answer.once('error', () => to.destroy());
        if (call.isWatch) passWatch(answer, to);
        else answer.pipe(to);
      },
    );
    sent.on('error', () => to.destroy());
    to.once('close', () => sent.destroy());
    from.pipe(sent);
  };

  const passWatch = (answer: IncomingMessage, to: ServerResponse): void => {
    const watch: OpenWatch = { stalled: false, cut: () => to.destroy() };
    watches.add(watch);
    to.once('close', () => watches.delete(watch));
    answer.on('data', (bytes: Buffer) => {
      if (bytes.includes('"code":410')) expired += 1;
      if (!watch.stalled) to.write(bytes);
    });
    answer.once('end', () => !watch.stalled && to.end());
  };

  const server = createServer({ key, cert: ca }, (from, to) => {
    const url = new URL(from.url ?? '/', 'https://proxy');
    const isWatch = url.searchParams.get('watch') === 'true' || url.searchParams.get('watch') === '1';
    const call = { method: from.method ?? '', path: url.pathname, isWatch };
    to.on('error', () => to.destroy());
    const fault = ruleFor(call)?.fault;
    switch (fault?.kind) {
      case undefined:
        return forward(from, to, call, false);
      case 'lose-reply':
        return forward(from, to, call, true);
      case 'delay':
        return void setTimeout(() => forward(from, to, call, false), fault.ms);
      case 'answer':
        from.resume();
        to.writeHead(fault.status, {
          'content-type': 'text/plain',
          ...(fault.retryAfterSeconds === undefined ? {} : { 'retry-after': String(fault.retryAfterSeconds) }),
        });
        return void to.end('a fault of the test');
    }
  });
  // The connections under TLS: what is open when the proxy refuses is cut.
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
  });
  const listen = async (on: number): Promise<void> => {
    server.listen(on, '127.0.0.1');
    await once(server, 'listening');
  };
  await listen(0);
  const { port } = server.address() as AddressInfo;
  const refuse = async (): Promise<void> => {
    const closed = server.listening ? once(server, 'close') : undefined;
    server.close();
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  const kubeconfig = join(sandbox.dir, `proxy-${port}.kubeconfig`);
  const through = (await readFile(direct, 'utf8')).replace(sandbox.apiServerUrl, `https://127.0.0.1:${port}`);
  await writeFile(kubeconfig, through, { mode: 0o600 });
  return {
    kubeconfig,
    inject(fault, matches, times = Infinity) {
      const rule: Rule = { fault, matches, left: times, count: 0 };
      rules.push(rule);
      return { count: () => rule.count, lift: () => void (rule.left = 0) };
    },
    cutWatches() {
      const count = watches.size;
      for (const { cut } of watches) cut();
      return count;
    },
    stallWatches() {
      for (const watch of watches) watch.stalled = true;
      return watches.size;
    },
    expired: () => expired,
    refuse,
    async serve() {
      if (!server.listening) await listen(port);
    },
    async close() {
      await refuse();
      agent.destroy();
    },
  };
}
