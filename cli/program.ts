import { Command, Option } from 'commander';
import type { Console } from './console.ts';
import type { ExitCode } from './exit.ts';
import { codecServerCommand } from './codec-server-command.ts';
import { doctorCommand } from './doctor-command.ts';
import { atLeastOne, duration, type GlobalFlags, wholeNumber } from './flags.ts';
import { installCommand } from './install-command.ts';
import { type Session, withSession } from './session.ts';
import { replayCommand } from './replay-command.ts';
import { uninstallCommand } from './uninstall-command.ts';
import { userAgent } from '../kube/user-agent.ts';
import { workerCommand } from './worker-command.ts';

/** What a verb is called with: the session is opened before, and closed after it. */
type Verb = (session: Session, args: readonly string[], flags: never) => Promise<ExitCode | void>;

/** All verbs with their flags. The code of a verb is loaded when it is called, so that `--help` costs nothing. */
export function createProgram(console: Console, exit: (code: ExitCode) => void): Command {
  const program = new Command('ordinal')
    .description('Kubernetes StatefulSets as durable Temporal workflows')
    .version(userAgent().replace('/', ' '), '--version', 'which version this is')
    .option('-n, --namespace <name>', 'namespace; default: that of the context')
    .option('--context <name>', 'context of the kubeconfig')
    .option(
      '--kubeconfig <path>',
      'kubeconfig; default: $KUBECONFIG, ~/.kube/config, or the service account of the pod',
    )
    .option(
      '--payload-keys <file>',
      'keys of the payloads in Temporal, one id:base64 a line, the first one encrypts; default: $ORDINAL_PAYLOAD_KEYS',
    )
    .option('--no-color', 'no colour; so does NO_COLOR')
    .configureHelp({ showGlobalOptions: true, sortSubcommands: false })
    .configureOutput({
      writeOut: (text) => console.out(text.trimEnd()),
      writeErr: (text) => console.err(text.trimEnd()),
    })
    .showHelpAfterError('(see --help)')
    .exitOverride();

  const action = (load: () => Promise<Verb>) =>
    async function (this: Command): Promise<void> {
      const flags = this.optsWithGlobals<GlobalFlags>();
      const verb = await load();
      exit((await withSession(flags, console, (session) => verb(session, this.args, flags as never))) ?? 0);
    };
  const command = (parent: Command, usage: string, description: string, load: () => Promise<Verb>) =>
    parent.command(usage).description(description).action(action(load));
  const output = (of: Command) =>
    of.addOption(new Option('-o, --output <format>', 'for programs').choices(['json', 'yaml', 'name', 'wide']));
  const requests = (of: Command) =>
    output(of)
      .option('--dry-run', 'let the API server try it, change nothing')
      .option('--reason <text>', 'why, for the history')
      .option('--request-id <key>', 'the same key again is the same request');

  output(
    command(program, 'get <name>', 'a set and its pods', async () => (await import('./commands/get.ts')).get),
  ).option('-w, --watch', 'keep showing it');
  output(command(program, 'list', 'all sets of a namespace', async () => (await import('./commands/list.ts')).list))
    .alias('ls')
    .option('-A, --all-namespaces', 'of all namespaces')
    .option('-w, --watch', 'keep showing them');
  command(
    program,
    'status <name>',
    'wait until a set is as its spec asks; exit 1 stuck, 3 out of time',
    async () => (await import('./commands/status.ts')).status,
  )
    .option('-w, --watch', 'wait for the end', true)
    .option('--no-watch', 'look once')
    .option('--timeout <duration>', 'give up after this time, for example 5m', duration)
    .option('--stuck-after <duration>', 'how long it must have been stuck to fail (default: 5s)', duration);
  command(
    program,
    'explain <name>',
    'why a set is as it is, what it waits for, and what helps',
    async () => (await import('./commands/explain.ts')).explain,
  ).addOption(new Option('-o, --output <format>', 'for programs').choices(['json', 'yaml']));
  output(
    command(
      program,
      'plan <name>',
      'what would be done, in order; also for a change that is not made',
      async () => (await import('./commands/plan.ts')).plan,
    ),
  )
    .option('--image <container=image...>', 'after this change of images')
    .option('--replicas <n>', 'after this change of scale', wholeNumber);

  requests(
    command(
      program,
      'apply',
      'create or change everything in a file; nothing when something is invalid',
      async () => (await import('./commands/apply.ts')).apply,
    ),
  )
    .requiredOption('-f, --filename <path...>', 'files, folders, or - for stdin; YAML or JSON')
    .option('-R, --recursive', 'also the folders within')
    .option('--force-conflicts', 'take over fields that other tools have set');
  const set = program.command('set').description('change one thing of a set');
  requests(
    command(
      set,
      'image <name> <container=image...>',
      'change images; * stands for all containers',
      async () => (await import('./commands/set-image.ts')).setImage,
    ),
  );
  requests(
    command(
      program,
      'scale <name>',
      'change the number of replicas',
      async () => (await import('./commands/scale.ts')).scale,
    ),
  ).requiredOption('--replicas <n>', 'how many', wholeNumber);
  requests(
    command(
      program,
      'restart <name>',
      'make all pods anew, in order',
      async () => (await import('./commands/restart.ts')).restart,
    ),
  );
  requests(
    command(
      program,
      'undo <name>',
      'return to a former revision',
      async () => (await import('./commands/undo.ts')).undo,
    ),
  ).option('--to-revision <n>', 'its number in the history; 0: the one before', wholeNumber);
  output(
    command(
      program,
      'history <name>',
      'revisions that can be returned to',
      async () => (await import('./commands/history.ts')).history,
    ),
  ).option('--revision <n>', 'show the template of this one', wholeNumber);
  for (const [hold, description] of [
    ['pause', 'hold updates and scaling in; lost pods still come back'],
    ['resume', 'lift a pause'],
    ['abort', 'end what is under way at the next safe point, and hold it'],
    ['retry', 'lift an abort'],
  ] as const) {
    requests(
      command(program, `${hold} <name>`, description, async () => (await import('./commands/hold.ts')).hold(hold)),
    );
  }
  requests(
    command(
      program,
      'delete [name]',
      'delete a set, in order where it asks for that, or everything in files',
      async () => (await import('./commands/delete.ts')).remove,
    ),
  )
    .addOption(
      new Option('--cascade <how>', 'what becomes of the pods')
        .choices(['background', 'foreground', 'orphan'])
        .default('background'),
    )
    .addOption(
      new Option('--claims <what>', 'what becomes of the claims (default: as the set says)').choices([
        'Retain',
        'Delete',
      ]),
    )
    .option('-f, --filename <path...>', 'all objects of these files or folders, the last one first; - for stdin')
    .option('-R, --recursive', 'also the folders within')
    .option('--ignore-not-found', 'what is not there is no error')
    .option('--wait', 'wait until it is gone', true)
    .option('--no-wait', 'return at once')
    .option('--timeout <duration>', 'give up waiting after this time', duration);

  output(
    command(
      program,
      'convert <name>',
      'move sts/NAME to our own resource, or osts/NAME back; no pod is touched',
      async () => (await import('./commands/convert.ts')).convert,
    ),
  )
    .addOption(new Option('--to <api>', 'where to (default: the other one)').choices(['apps/v1', 'ordinal.dev/v1']))
    .option('--force', 'also against objections, which are told')
    .option('--dry-run', 'tell the objections, change nothing; -o yaml prints the new manifest')
    .option('--reason <text>', 'why, for the history')
    .option('--timeout <duration>', 'how long the other side may take (default: 60s)', duration);

  output(
    command(
      program,
      'runs <name>',
      'its workflows in Temporal, newest first',
      async () => (await import('./commands/runs.ts')).runs,
    ),
  ).option('--limit <n>', 'at most so many (default: 20)', atLeastOne);
  command(program, 'ui <name>', 'where Temporal shows its workflow', async () => (await import('./commands/ui.ts')).ui);
  program.addCommand(inheriting(program, workerCommand()));
  program.addCommand(inheriting(program, replayCommand(console, exit)));
  program.addCommand(inheriting(program, codecServerCommand(console)));
  program.addCommand(inheriting(program, installCommand()));
  program.addCommand(inheriting(program, uninstallCommand()));
  program.addCommand(inheriting(program, doctorCommand(console, exit)));
  program
    .command('completion <shell>')
    .description('completion for bash, zsh or fish: source <(ordinal completion bash)')
    .action(async (shell: string) => {
      const { completion } = await import('./commands/completion.ts');
      console.out(completion(shell));
    });
  return program;
}

/** Commands made elsewhere take over how errors and help are told. */
function inheriting(program: Command, command: Command): Command {
  return command.copyInheritedSettings(program);
}
