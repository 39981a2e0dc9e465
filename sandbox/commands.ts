import { spawn } from 'node:child_process';
import { createReadStream, existsSync, mkdirSync, openSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { findBinaries } from './binaries/find-binaries.ts';
import { defaultStateRoot, layoutOf } from './layout.ts';
import { killNode, markOutOfService, reviveNode } from './nodes.ts';
import { endProcesses } from './processes/end-instance.ts';
import { listInstances, readInstance, writeInstance, type Instance } from './processes/instance.ts';
import { readHolder } from './processes/lock.ts';
import { identify, isAlive, signalProcess } from './processes/process-identity.ts';
import { FatalError, waitUntil } from './processes/wait-until.ts';
import { nodeProgram } from './processes/node-program.ts';
import { builtInDefaults, startSandbox, type Sandbox } from './sandbox.ts';

interface UpOptions {
  readonly name: string;
  readonly nodes: string;
  readonly foreground?: boolean;
  readonly builtIn?: boolean;
}

/** The command line, ready to be parsed. */
export function buildCommands(): Command {
  const program = new Command('sandbox').description(
    'A Kubernetes API server with simulated nodes, and a Temporal dev server',
  );
  program
    .command('up')
    .description('start a sandbox, or go on with one that was stopped with --keep-data')
    .option('--name <name>', 'which one', 'default')
    .option('--nodes <count>', 'simulated nodes', '3')
    .option('--foreground', 'stay, and stop it on Ctrl-C')
    .option('--built-in', "run Kubernetes' own StatefulSet controller")
    .action((options: UpOptions) =>
      options.foreground === true ? runForeground(options) : startInBackground(options),
    );
  program
    .command('down')
    .description('stop a sandbox and remove its data')
    .option('--name <name>', 'which one', 'default')
    .option('--all', 'every one')
    .option('--keep-data', 'a later up goes on with it')
    .action((options: { name: string; all?: boolean; keepData?: boolean }) => down(options));
  program.command('status').description('list the sandboxes and the health of each process').action(status);
  program
    .command('logs')
    .description('print the log of a process, or name the logs there are')
    .argument('[process]')
    .option('--name <name>', 'which one', 'default')
    .action((process: string | undefined, options: { name: string }) => logs(process, options.name));
  program
    .command('node')
    .description('kill or revive the simulated kubelet of a node, or declare the node out of service')
    .argument('<action>', 'kill, revive or out-of-service')
    .argument('<node>', 'for example node-1')
    .option('--name <name>', 'which sandbox', 'default')
    .action((action: string, node: string, options: { name: string }) => nodeCommand(action, node, options.name));
  return program;
}

async function runForeground(options: UpOptions): Promise<void> {
  const sandbox = await startSandbox({
    name: options.name,
    nodes: parseNodes(options.nodes),
    keepData: true,
    builtInController: options.builtIn === true ? builtInDefaults : false,
    progress: say,
  });
  say(describe(sandbox));
  const signal = await new Promise<NodeJS.Signals>((resolve) => {
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGUSR2'] as const) process.once(name, resolve);
    // Nothing else keeps this process alive: the others run in sessions of their own.
    setInterval(() => undefined, 2 ** 30);
  });
  say(`stopping sandbox ${sandbox.name}`);
  await sandbox.stop({ keepData: signal === keepDataSignal });
  process.exit(0);
}

/** Tells the owner of a sandbox to stop it and leave the data. */
const keepDataSignal = 'SIGUSR2';

async function startInBackground(options: UpOptions): Promise<void> {
  parseNodes(options.nodes);
  // Built here, so that the progress is seen and an error is told at once.
  await findBinaries({ progress: say });
  const layout = layoutOf(join(defaultStateRoot(), options.name));
  const holder = readHolder(layout.lock);
  if (holder !== undefined && isAlive(holder)) {
    const running = readInstance(layout.dir);
    if (running?.phase !== 'ready')
      throw new Error(`Sandbox ${options.name} is being started by process ${holder.pid}`);
    say(`sandbox ${options.name} runs already\n${describe(running)}`);
    return;
  }
  say(`starting sandbox ${options.name} (some seconds)`);
  mkdirSync(defaultStateRoot(), { recursive: true });
  const logPath = `${layout.dir}.log`;
  rmSync(logPath, { force: true });
  const log = openSync(logPath, 'a');
  const args = [
    'up',
    '--foreground',
    '--name',
    options.name,
    '--nodes',
    options.nodes,
    ...(options.builtIn === true ? ['--built-in'] : []),
  ];
  const child = spawn(nodeProgram(), [fileURLToPath(new URL('main.ts', import.meta.url)), ...args], {
    detached: true,
    stdio: ['ignore', log, log],
  });
  child.unref();
  const owner = child.pid === undefined ? undefined : identify(child.pid);
  const started = await waitUntil(
    `sandbox ${options.name} is ready`,
    () => {
      const instance = readInstance(layout.dir);
      if (instance?.owner.pid === owner?.pid && instance?.phase === 'ready') return instance;
      if (owner === undefined || !isAlive(owner)) throw new FatalError(readFileSync(logPath, 'utf8').trim());
      return undefined;
    },
    { timeoutMs: 180_000, everyMs: 50 },
  );
  say(describe(started));
}

async function down({
  name,
  all,
  keepData,
}: {
  readonly name: string;
  readonly all?: boolean;
  readonly keepData?: boolean;
}): Promise<void> {
  const instances = listInstances(defaultStateRoot()).filter((instance) => all === true || instance.name === name);
  if (instances.length === 0) say(all === true ? 'there is no sandbox' : `there is no sandbox ${name}`);
  for (const instance of instances) {
    await end(instance, keepData ?? false);
    say(`sandbox ${instance.name} stopped${keepData === true ? ', data kept' : ''}`);
  }
}

/** Asks the owner to stop it; whatever the owner leaves, or left when it died, is ended by what was recorded. */
async function end(instance: Instance, keepData: boolean): Promise<void> {
  if (signalProcess(instance.owner, keepData ? keepDataSignal : 'SIGTERM')) {
    await waitUntil(`process ${instance.owner.pid} stops`, () => !isAlive(instance.owner), { timeoutMs: 30_000 }).catch(
      () => signalProcess(instance.owner, 'SIGKILL'),
    );
  }
  const left = readInstance(instance.dir) ?? instance;
  await endProcesses(left.processes, keepData ? 5_000 : 0);
  if (keepData) writeInstance({ ...left, phase: 'stopped', processes: {} });
  else {
    rmSync(instance.dir, { recursive: true, force: true });
    rmSync(`${instance.dir}.log`, { force: true });
    rmSync(layoutOf(instance.dir).lock, { force: true });
  }
}

function status(): void {
  const instances = listInstances(defaultStateRoot());
  if (instances.length === 0) say('there is no sandbox; start one with: npm run sandbox -- up');
  for (const instance of instances) {
    const owned = isAlive(instance.owner);
    const phase = instance.phase === 'ready' && !owned ? 'ready, but its owner is gone' : instance.phase;
    say(`${instance.name}: ${phase}${instance.failure === undefined ? '' : ` (${instance.failure})`}`);
    for (const [name, identity] of Object.entries(instance.processes)) {
      say(`  ${name.padEnd(12)} ${isAlive(identity) ? `runs, pid ${identity.pid}` : 'does not run'}`);
    }
    if (instance.phase === 'ready')
      say(`  kubeconfig   ${instance.kubeconfig}\n  Temporal UI  ${instance.temporalUiUrl}`);
  }
}

async function logs(process: string | undefined, name: string): Promise<void> {
  const { logs: folder } = layoutOf(join(defaultStateRoot(), name));
  const instance = readInstance(join(defaultStateRoot(), name));
  if (instance === undefined) throw new Error(`There is no sandbox ${name}`);
  const path = join(folder, `${process}.log`);
  if (process === undefined || !existsSync(path)) {
    say(`processes: ${Object.keys(instance.processes).join(', ')}; their logs are in ${folder}`);
    return;
  }
  for await (const chunk of createReadStream(path)) globalThis.process.stdout.write(chunk as Buffer);
}

async function nodeCommand(action: string, node: string, name: string): Promise<void> {
  const instance = readInstance(join(defaultStateRoot(), name));
  if (instance?.phase !== 'ready') throw new Error(`Sandbox ${name} does not run`);
  const actions: Readonly<Record<string, (target: Instance, node: string) => Promise<void>>> = {
    kill: killNode,
    revive: reviveNode,
    'out-of-service': markOutOfService,
  };
  const act = actions[action];
  if (act === undefined) throw new Error(`No action ${action}: use ${Object.keys(actions).join(', ')}`);
  await act(instance, node);
}

function describe(sandbox: Sandbox | Instance): string {
  return [
    `sandbox ${sandbox.name} is ready`,
    `  export KUBECONFIG=${sandbox.kubeconfig}`,
    `  kubectl           ${sandbox.kubectl}`,
    `  Temporal          ${sandbox.temporalAddress} (namespace default)`,
    `  Temporal UI       ${sandbox.temporalUiUrl}`,
    `  audit log         ${sandbox.auditLog}`,
  ].join('\n');
}

function parseNodes(text: string): number {
  const nodes = Number(text);
  if (!Number.isInteger(nodes) || nodes < 1 || nodes > 1000) throw new Error(`--nodes must be 1 to 1000, not ${text}`);
  return nodes;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
