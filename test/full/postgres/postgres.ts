import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { identify, isAlive, type ProcessIdentity, signalProcess } from '../../../sandbox/processes/process-identity.ts';
import { waitUntil } from '../../../sandbox/processes/wait-until.ts';
import { startServer, type Server } from './server.ts';

const exec = promisify(execFile);

/**
 * A new PostgreSQL on a port of the loopback interface, its data in `folder`; its one user is `temporal`, who needs no password. It refuses to
 * run as root: then it runs as the user that Debian's package makes.
 */
export async function startPostgres(programs: string, folder: string, port: number): Promise<Server> {
  await mkdir(folder, { mode: 0o700 });
  const data = join(folder, 'data');
  const isRoot = process.getuid?.() === 0;
  if (isRoot) await exec('chown', ['postgres', folder]);
  const [command, before] = isRoot
    ? ['setpriv', ['--reuid=postgres', '--regid=postgres', '--clear-groups', '--']]
    : ['env', []];
  const run = (program: string, ...args: readonly string[]) => [...before, join(programs, program), ...args];
  await exec(command, run('initdb', '-D', data, '-U', 'temporal', '-A', 'trust', '-E', 'UTF8'), { cwd: '/' });
  const server = await startServer({
    name: 'postgres',
    command,
    args: run('postgres', `-D${data}`, `-p${port}`, '-clisten_addresses=127.0.0.1', '-cunix_socket_directories='),
    logFile: `${folder}.log`,
    readyTimeoutMs: 120_000,
    isReady: async () => {
      await exec(join(programs, 'pg_isready'), ['-h', '127.0.0.1', '-p', String(port)]);
      return true;
    },
  });
  return {
    ...server,
    /** With the processes of its connections, as when its machine fails: they would hold the data for a moment. */
    async kill(signal) {
      const backends = childrenOf(server.pid());
      await server.kill(signal);
      if (signal === 'SIGKILL') for (const backend of backends) signalProcess(backend, 'SIGKILL');
      await waitUntil('the connections are gone', () => !backends.some(isAlive), { everyMs: 5 });
    },
  };
}

function childrenOf(pid: number): readonly ProcessIdentity[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean);
  return children.map((child) => identify(Number(child))).filter((child) => child !== undefined);
}
