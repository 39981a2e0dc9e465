import { spawn, type SpawnOptions } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { nodeProgram } from '../sandbox/processes/node-program.ts';

/** A program from its start to its exit, in ms: of time, and of processor time, which a busy machine hardly changes. */
export interface StartUp {
  readonly wall: number;
  readonly cpu: number;
}

/** A program, and the bare `node -e 0` beside it. */
export interface StartUpPair {
  readonly bare: StartUp;
  readonly program: StartUp;
}

/** Loaded before anything else: tells at the end what processor time it took. */
const meter = `import { writeSync } from 'node:fs';
process.on('exit', () => { const { user, system } = process.cpuUsage(); writeSync(3, String((user + system) / 1000)); });`;

/** One after the other, so that a machine that becomes busy disturbs both alike. Rejects when the program fails. */
export async function startUpPair(
  args: readonly string[],
  options: { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv } = {},
): Promise<StartUpPair> {
  return { bare: await startUp(['-e', '0'], options), program: await startUp(args, options) };
}

async function startUp(args: readonly string[], options: SpawnOptions): Promise<StartUp> {
  const from = performance.now();
  const metered = ['--import', `data:text/javascript,${encodeURIComponent(meter)}`, ...args];
  const child = spawn(nodeProgram(), metered, { ...options, stdio: ['ignore', 'ignore', 'pipe', 'pipe'] });
  const [said = '', cpu = ''] = await Promise.all(
    [child.stdio[2], child.stdio[3]].map((stream) => text(stream as NodeJS.ReadableStream)),
  );
  if (child.exitCode === null) await once(child, 'exit');
  if (child.exitCode !== 0) throw new Error(`node ${args.join(' ')}: exit code ${child.exitCode}: ${said}`);
  return { wall: performance.now() - from, cpu: Number(cpu) };
}
