import type { Command } from 'commander';
import { usageError } from '../exit.ts';

/** The script that makes a shell complete verbs, flags, and the names of sets (by asking `ordinal list`). */
export function completion(program: Command, shell: string): string {
  const verbs = program.commands.map((command) => command.name());
  const flags = (command: Command) => command.options.flatMap(({ long }) => (typeof long !== 'string' ? [] : [long]));
  const common = flags(program);
  const named = program.commands
    .filter((command) => command.registeredArguments[0]?.name() === 'name' || command.name() === 'set')
    .map((command) => command.name());
  switch (shell) {
    case 'bash':
      return bash(
        verbs,
        named,
        program.commands.map((command) => [command.name(), [...flags(command), ...common]]),
      );
    case 'zsh':
      return `autoload -U +X bashcompinit && bashcompinit\n${completion(program, 'bash')}`;
    case 'fish':
      return fish(program, named);
    default:
      throw usageError(`"${shell}": bash, zsh or fish is wanted`);
  }
}

function bash(
  verbs: readonly string[],
  named: readonly string[],
  flags: readonly [string, readonly string[]][],
): string {
  const cases = flags.map(([verb, of]) => `    ${verb}) words="${of.join(' ')}" ;;`);
  return `# bash completion for ordinal
_ordinal() {
  local current="\${COMP_WORDS[COMP_CWORD]}" verb="\${COMP_WORDS[1]}" words=""
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W "${verbs.join(' ')}" -- "$current"))
    return
  fi
  case "$current" in
  -*)
    case "$verb" in
${cases.join('\n')}
    esac
    ;;
  *)
    case " ${named.join(' ')} " in
    *" $verb "*)
      local namespace="" i
      for ((i = 1; i < COMP_CWORD; i++)); do
        case "\${COMP_WORDS[i]}" in -n | --namespace) namespace="\${COMP_WORDS[i + 1]}" ;; esac
      done
      words="$(ordinal list -o name \${namespace:+-n "$namespace"} 2>/dev/null | sed 's|.*/||')"
      [ "$verb" = set ] && [ "$COMP_CWORD" -eq 2 ] && words=image
      ;;
    esac
    ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _ordinal ordinal`;
}

function fish(program: Command, named: readonly string[]): string {
  const quote = (text: string) => `'${text.replaceAll("'", String.raw`\'`)}'`;
  const lines = program.commands.flatMap((command) => [
    `complete -c ordinal -f -n __fish_use_subcommand -a ${command.name()} -d ${quote(command.description())}`,
    ...command.options.flatMap(({ long, description }) =>
      typeof long !== 'string'
        ? []
        : [
            `complete -c ordinal -n '__fish_seen_subcommand_from ${command.name()}' -l ${long.slice(2)} -d ${quote(description)}`,
          ],
    ),
  ]);
  const sets = `complete -c ordinal -f -n '__fish_seen_subcommand_from ${named.join(' ')}' -a "(ordinal list -o name 2>/dev/null | string replace -r '.*/' '')"`;
  return ['# fish completion for ordinal', ...lines, sets].join('\n');
}
