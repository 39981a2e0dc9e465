import { readdirSync, readlinkSync } from 'node:fs';
import { residentMiB } from '../usage.ts';

/** What a process holds. */
export interface Vitals {
  readonly residentMiB: number;
  /** JavaScript objects of the main thread that are left after a collection. */
  readonly heapMiB: number;
  /** Open file descriptors, sockets among them. */
  readonly files: number;
  readonly sockets: number;
}

/** Asks the system, and the process' inspector at a port of the loopback interface. */
export async function vitalsOf(pid: number, inspectorPort: number): Promise<Vitals> {
  const open = readdirSync(`/proc/${pid}/fd`).map((name) => linkOf(`/proc/${pid}/fd/${name}`));
  const sockets = open.filter((link) => link.startsWith('socket:')).length;
  const heapMiB = await heapAfterCollection(inspectorPort);
  return { residentMiB: residentMiB(pid), heapMiB, files: open.length, sockets };
}

/** Empty for one that was closed meanwhile. */
function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}

async function heapAfterCollection(port: number): Promise<number> {
  const answer = await fetch(`http://127.0.0.1:${port}/json`);
  const [target] = (await answer.json()) as readonly { readonly webSocketDebuggerUrl: string }[];
  if (target === undefined) throw new Error(`no inspector answers at port ${port}`);
  const socket = new WebSocket(target.webSocketDebuggerUrl);
  try {
    await new Promise<void>((resolve, reject) => {
      socket.addEventListener('open', () => resolve(), { once: true });
      socket.addEventListener('error', () => reject(new Error(`the inspector at port ${port} does not answer`)), {
        once: true,
      });
    });
    await call(socket, 1, 'HeapProfiler.collectGarbage');
    const usage = (await call(socket, 2, 'Runtime.getHeapUsage')) as { readonly usedSize: number };
    return usage.usedSize / 1024 / 1024;
  } finally {
    const closed = new Promise((resolve) => socket.addEventListener('close', resolve, { once: true }));
    socket.close();
    await closed;
  }
}

interface Reply {
  readonly id?: number;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}

function call(socket: WebSocket, id: number, method: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const hear = ({ data }: MessageEvent) => {
      const reply = JSON.parse(String(data)) as Reply;
      if (reply.id !== id) return;
      socket.removeEventListener('message', hear);
      if (reply.error === undefined) resolve(reply.result);
      else reject(new Error(`${method}: ${reply.error.message}`));
    };
    socket.addEventListener('message', hear);
    socket.send(JSON.stringify({ id, method }));
  });
}
