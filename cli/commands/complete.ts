import type { Command, Option } from 'commander';
import type { Console } from '../console.ts';
import type { GlobalFlags } from '../flags.ts';
import { openSession } from '../session.ts';

/** What a shell is told with the candidates, as cobra has it and kubectl passes it on: 0 try files too, 4 do not. */
const tryFiles = 0;
const noFiles = 4;

interface Candidates {
  readonly words: readonly string[];
  readonly directive: typeof tryFiles | typeof noFiles;
}

/** What the cluster is asked for, when names of its own are wanted. */
export interface KnownNames {
  namespaces(): Promise<readonly string[]>;
  contexts(): Promise<readonly string[]>;
  /** `sts/NAME` and `osts/NAME`. */
  sets(namespace: string | undefined): Promise<readonly string[]>;
}

/**
 * `ordinal __complete WORD...`: what may stand for the last word, a line each, then `:` and a directive. It is what the scripts of `ordinal
 * completion` ask, and kubectl, by the program `kubectl_complete-ordinal`. Whatever goes wrong, there are no candidates: a prompt is no place for errors.
 */
export async function complete(program: Command, words: readonly string[], console: Console): Promise<void> {
  const { words: found, directive } = await candidates(program, words, namesBy(globalFlags(program, words), console));
  for (const word of found) console.out(word);
  console.out(`:${directive}`);
}

export async function candidates(program: Command, words: readonly string[], names: KnownNames): Promise<Candidates> {
  const current = words.at(-1) ?? '';
  const { command, given, pending, namespace } = read(program, words.slice(0, -1));
  const only = (all: readonly string[]): Candidates => ({
    words: all.filter((word) => word.startsWith(current)),
    directive: noFiles,
  });
  if (pending !== undefined) {
    if (/<(path|file)/.test(pending.flags)) return { words: [], directive: tryFiles };
    return only(await valuesOf(pending, names));
  }
  if (current.startsWith('-')) return only(flagsOf(program, command));
  if (command.commands.length > 0) return only(given === 0 ? command.commands.map((each) => each.name()) : []);
  const argument = command.registeredArguments[given];
  if (argument === undefined) return only([]);
  if (command.name() === 'completion') return only(['bash', 'zsh', 'fish']);
  if (argument.name() !== 'name') return only([]);
  const sets = await names.sets(namespace).catch(() => []);
  const kind = /^([a-z.]+)\//.exec(current)?.[1];
  // A bare name is enough, and a kind is kept as it was typed.
  if (kind === undefined) return only([...new Set(sets.map((set) => set.slice(set.indexOf('/') + 1)))]);
  const own = /^osts$|ordinal\.dev$/.test(kind);
  return only(
    sets.filter((set) => set.startsWith(own ? 'osts/' : 'sts/')).map((set) => `${kind}${set.slice(set.indexOf('/'))}`),
  );
}

/** Which command the words before the last one name, how many arguments it has, and the flag that waits for its value. */
function read(
  program: Command,
  words: readonly string[],
): { command: Command; given: number; pending: Option | undefined; namespace: string | undefined } {
  let command = program;
  let given = 0;
  let pending: Option | undefined;
  let namespace: string | undefined;
  for (const word of words) {
    if (pending !== undefined) {
      if (pending.long === '--namespace') namespace = word;
      pending = undefined;
      continue;
    }
    if (word.startsWith('-')) {
      const [flag = '', value] = word.split('=', 2);
      const option = [...command.options, ...program.options].find(
        ({ short, long }) => flag === short || flag === long,
      );
      if (option?.long === '--namespace' && value !== undefined) namespace = value;
      if (value === undefined && option?.required === true) pending = option;
      continue;
    }
    const next = command.commands.find((each) => each.name() === word || each.aliases().includes(word));
    if (next === undefined) given++;
    else command = next;
  }
  return { command, given, pending, namespace };
}

function flagsOf(program: Command, command: Command): readonly string[] {
  const options = command === program ? program.options : [...command.options, ...program.options];
  return options
    .filter(({ hidden }) => !hidden)
    .flatMap(({ short, long }) => [long, short].filter((flag) => typeof flag === 'string'));
}

async function valuesOf({ long, argChoices }: Option, names: KnownNames): Promise<readonly string[]> {
  if (argChoices !== undefined) return argChoices;
  if (long === '--namespace') return names.namespaces().catch(() => []);
  if (long === '--context') return names.contexts().catch(() => []);
  return [];
}

/** As far as they are complete: which cluster is asked. */
function globalFlags(program: Command, words: readonly string[]): GlobalFlags {
  const value = (long: string) => {
    const at = words.findIndex((word) => word === long || word.startsWith(`${long}=`));
    return at < 0 ? undefined : (words[at]?.split('=', 2)[1] ?? words[at + 1]);
  };
  const [kubeconfig, context] = [value('--kubeconfig'), value('--context')];
  return { ...program.opts<GlobalFlags>(), ...(kubeconfig && { kubeconfig }), ...(context && { context }) };
}

function namesBy(flags: GlobalFlags, console: Console): KnownNames {
  const asking = async <T>(ask: (session: Awaited<ReturnType<typeof openSession>>) => Promise<T>): Promise<T> => {
    const session = await openSession(flags, console);
    try {
      return await ask(session);
    } finally {
      await session.client.close();
    }
  };
  return {
    sets: (namespace) =>
      asking(async (session) =>
        (await session.client.list({ namespace: namespace ?? session.namespace })).map(
          ({ apiVersion, metadata }) => `${apiVersion === 'apps/v1' ? 'sts' : 'osts'}/${metadata.name}`,
        ),
      ),
    namespaces: () =>
      asking(async ({ client }) => {
        const { namespaces } = await import('../../kube/resources.ts');
        return (await client.kube.list(namespaces)).items.map(({ metadata }) => metadata.name);
      }),
    async contexts() {
      const { KubeConfig } = await import('@kubernetes/client-node');
      const config = new KubeConfig();
      if (flags.kubeconfig === undefined) config.loadFromDefault();
      else config.loadFromFile(flags.kubeconfig);
      return config.getContexts().map(({ name }) => name);
    },
  };
}
