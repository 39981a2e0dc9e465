import type { Command, Option } from 'commander';
import type { Console } from '../console.ts';
import { flavourOf } from '../../model/flavour.ts';
import { withSession } from '../session.ts';
import { flavourOfKind, shortName } from '../set-name.ts';
import { shells } from './completion.ts';

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
  const { words: found, directive } = await candidates(
    program,
    words,
    namesBy(read(program, words.slice(0, -1)).values, console),
  );
  for (const word of found) console.out(word);
  console.out(`:${directive}`);
}

export async function candidates(program: Command, words: readonly string[], names: KnownNames): Promise<Candidates> {
  const current = words.at(-1) ?? '';
  const { command, given, pending, values } = read(program, words.slice(0, -1));
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
  if (command.name() === 'completion') return only(shells);
  if (argument.name() !== 'name') return only([]);
  const sets = await names.sets(values.get('namespace')).catch(() => []);
  const kind = /^([a-z.]+)\//.exec(current)?.[1];
  // A bare name is enough, and a kind is kept as it was typed.
  if (kind === undefined) return only([...new Set(sets.map((set) => set.slice(set.indexOf('/') + 1)))]);
  const prefix = shortName(flavourOfKind(kind) ?? 'apps/v1', '');
  return only(sets.filter((set) => set.startsWith(prefix)).map((set) => `${kind}${set.slice(set.indexOf('/'))}`));
}

interface Words {
  readonly command: Command;
  /** How many arguments it has. */
  readonly given: number;
  /** The flag that waits for its value. */
  readonly pending: Option | undefined;
  /** Of flags, as commander names them. */
  readonly values: ReadonlyMap<string, string>;
}

/** What the words before the last one say. */
function read(program: Command, words: readonly string[]): Words {
  let command = program;
  let given = 0;
  let pending: Option | undefined;
  const values = new Map<string, string>();
  for (const word of words) {
    if (pending !== undefined) {
      values.set(pending.attributeName(), word);
      pending = undefined;
      continue;
    }
    if (word.startsWith('-')) {
      const [flag = '', value] = word.split('=', 2);
      const option = [...command.options, ...program.options].find(
        ({ short, long }) => flag === short || flag === long,
      );
      if (option !== undefined && value !== undefined) values.set(option.attributeName(), value);
      if (value === undefined && option?.required === true) pending = option;
      continue;
    }
    const next = command.commands.find((each) => each.name() === word || each.aliases().includes(word));
    if (next === undefined) given++;
    else command = next;
  }
  return { command, given, pending, values };
}

function flagsOf(program: Command, command: Command): readonly string[] {
  const ofAll = program.options.filter(({ long }) => long !== '--version');
  const options = command === program ? program.options : [...command.options, ...ofAll];
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

/** `values`: of the flags that say which cluster is asked. */
function namesBy(values: ReadonlyMap<string, string>, console: Console): KnownNames {
  const [kubeconfig, context] = [values.get('kubeconfig'), values.get('context')];
  const flags = { ...(kubeconfig && { kubeconfig }), ...(context && { context }) };
  return {
    sets: (namespace) =>
      withSession(flags, console, async (session) => {
        const sets = await session.client.list({ namespace: namespace ?? session.namespace });
        return sets.map((set) => shortName(flavourOf(set), set.metadata.name));
      }),
    namespaces: () =>
      withSession(flags, console, async ({ client }) => {
        const { namespaces } = await import('../../kube/resources.ts');
        return (await client.kube.list(namespaces)).items.map(({ metadata }) => metadata.name);
      }),
    async contexts() {
      const { loadKubeconfig } = await import('../../kube/connect.ts');
      return loadKubeconfig(kubeconfig)
        .getContexts()
        .map(({ name }) => name);
    },
  };
}
