import { execFile } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseEnv, promisify } from 'node:util';
import { parse } from 'yaml';
import { findFreePorts } from '../../../sandbox/processes/free-ports.ts';
import { type OwnCluster, startOwnCluster } from '../../support/own-cluster.ts';
import type { Target } from '../../support/target.ts';
import type { WorkerProcess } from '../../support/worker-process.ts';
import { startPostgres } from './postgres.ts';
import { startServer, type Server } from './server.ts';
import { temporalPrograms } from './temporal-programs.ts';

const exec = promisify(execFile);
const root = fileURLToPath(new URL('../../../', import.meta.url));
const jobs = join(root, 'deploy/compose');

/** Ports of the four services and of the frontend's HTTP page, by the variables that the image of the server reads. */
const ports = [
  'FRONTEND_GRPC_PORT',
  'FRONTEND_HTTP_PORT',
  'FRONTEND_MEMBERSHIP_PORT',
  'HISTORY_GRPC_PORT',
  'HISTORY_MEMBERSHIP_PORT',
  'MATCHING_GRPC_PORT',
  'MATCHING_MEMBERSHIP_PORT',
  'WORKER_GRPC_PORT',
  'WORKER_MEMBERSHIP_PORT',
] as const;

interface Compose {
  readonly services: {
    readonly temporal: {
      readonly environment: Readonly<Record<string, string>>;
      readonly volumes: readonly string[];
    };
  };
}

/** What docker-compose.yml starts, on ports of the loopback interface: its own scripts, settings and values of `.env`. */
export interface Topology {
  readonly cluster: OwnCluster;
  /** The cluster, and the namespace of `.env` in the Temporal of this topology. */
  readonly target: Target;
  readonly postgres: Server;
  readonly temporal: Server;
  /** Runs Temporal's command line on the namespace. */
  ask(...args: readonly string[]): Promise<string>;
  startWorker(): Promise<WorkerProcess>;
  stop(): Promise<void>;
}

/** The values of `.env`; throws for one that is not there. */
export async function composeValue(name: string): Promise<string> {
  const value = parseEnv(await readFile(join(root, '.env'), 'utf8'))[name];
  if (value === undefined) throw new Error(`.env has no ${name}`);
  return value;
}

/** Starts it without a worker. `postgresPrograms` is a folder. Every job runs twice: none may mind. */
export async function startTopology(postgresPrograms: string): Promise<Topology> {
  const programs = await temporalPrograms(await composeValue('TEMPORAL_VERSION'));
  const { environment, volumes } = (parse(await readFile(join(root, 'docker-compose.yml'), 'utf8')) as Compose).services
    .temporal;
  const settings = mountedAt(volumes, environment['DYNAMIC_CONFIG_FILE_PATH'] ?? '');
  const namespace = await composeValue('TEMPORAL_NAMESPACE');
  const folder = await mkdtemp(join(tmpdir(), 'ordinal-postgres-'));
  const ends: (() => Promise<void>)[] = [() => rm(folder, { recursive: true, force: true })];
  const stop = async () => {
    for (const end of ends.splice(0).toReversed()) await end();
  };
  try {
    // PostgreSQL's user has to come through.
    await chmod(folder, 0o755);
    const [databasePort = 0, ...found] = await findFreePorts(ports.length + 1);
    const postgres = await startPostgres(postgresPrograms, join(folder, 'postgres'), databasePort);
    ends.push(() => postgres.kill('SIGINT'));
    const cluster = await startOwnCluster();
    ends.push(() => cluster.stop());
    const address = `127.0.0.1:${found[0]}`;
    const env = {
      PATH: [programs, dirname(cluster.sandbox.binaries.temporal), process.env['PATH']].join(':'),
      HOME: folder,
      SQL_PLUGIN: 'postgres12',
      SQL_HOST: '127.0.0.1',
      SQL_PORT: String(databasePort),
      SQL_USER: 'temporal',
      SQL_PASSWORD: await composeValue('POSTGRES_PASSWORD'),
      TEMPORAL_ADDRESS: address,
      TEMPORAL_NAMESPACE: namespace,
      TEMPORAL_RETENTION: await composeValue('TEMPORAL_RETENTION'),
    };
    const job = (name: string) => exec('sh', [join(jobs, name)], { env, cwd: folder });
    const ask = async (...args: readonly string[]) => (await exec('temporal', args, { env, cwd: folder })).stdout;
    for (const _ of [1, 2]) await job('schema.sh');
    const temporal = await startServer({
      name: 'temporal-server',
      command: join(programs, 'temporal-server'),
      args: ['start'],
      logFile: join(folder, 'temporal.log'),
      readyTimeoutMs: 120_000,
      isReady: async () => (await ask('operator', 'cluster', 'health')).includes('SERVING'),
      env: {
        ...environment,
        ...Object.fromEntries(ports.map((name, index) => [name, String(found[index])])),
        POSTGRES_SEEDS: env.SQL_HOST,
        DB_PORT: env.SQL_PORT,
        POSTGRES_PWD: env.SQL_PASSWORD,
        BIND_ON_IP: '127.0.0.1',
        DYNAMIC_CONFIG_FILE_PATH: settings,
        LOG_LEVEL: 'warn',
      },
    });
    ends.push(() => temporal.kill('SIGKILL'));
    for (const _ of [1, 2]) await job('namespace.sh');
    const through = { temporalAddress: address, temporalNamespace: namespace };
    const target = { ...cluster.target, ...through };
    return {
      cluster,
      target,
      postgres,
      temporal,
      ask,
      stop,
      startWorker: () => cluster.startWorker(undefined, through),
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Path of the file of ours that a container has at `path`. */
function mountedAt(volumes: readonly string[], path: string): string {
  const [own] = volumes.map((volume) => volume.split(':')).find(([, inside]) => inside === path) ?? [];
  if (own === undefined) throw new Error(`docker-compose.yml mounts nothing at ${path}`);
  return join(root, own);
}
