import type { Command, Option } from 'commander';

/** Every command with its arguments and flags, as Markdown: what `--help` says, on one page. */
export function cliReference(program: Command): string {
  const lines = [
    '# The command line, flag by flag',
    '',
    'Made from the commands themselves. For how to work with them see [cli.md](cli.md).',
    '',
    'Exit codes: 0 good, 1 failed or stuck, 2 wrong usage, 3 out of time, 141 nobody reads the output.',
    '',
    '## Flags of every command',
    '',
    ...table(program.options),
  ];
  for (const { command, path } of leaves(program, [])) {
    const usage = ['ordinal', ...path, ...command.registeredArguments.map(argument)].join(' ');
    const aliases = command.aliases().map((alias) => `\`${alias}\``);
    lines.push('', `## ${path.join(' ')}`, '', `\`${usage}\``, '', sentence(command.description()));
    if (aliases.length > 0) lines.push('', `Also: ${aliases.join(', ')}.`);
    if (command.options.length > 0) lines.push('', ...table(command.options));
  }
  return `${lines.join('\n')}\n`;
}

interface Leaf {
  readonly command: Command;
  readonly path: readonly string[];
}

function leaves(parent: Command, path: readonly string[]): readonly Leaf[] {
  return parent.commands.flatMap((command): readonly Leaf[] => {
    const here = [...path, command.name()];
    return command.commands.length > 0 ? leaves(command, here) : [{ command, path: here }];
  });
}

function argument(of: { name(): string; readonly required: boolean; readonly variadic: boolean }): string {
  const name = `${of.name()}${of.variadic ? '...' : ''}`;
  return of.required ? `<${name}>` : `[${name}]`;
}

function table(options: readonly Option[]): string[] {
  const shown = options.filter(({ hidden }) => !hidden);
  return ['| flag | |', '|---|---|', ...shown.map((option) => `| \`${option.flags}\` | ${meaning(option)} |`)];
}

function meaning({ description, argChoices, defaultValue, mandatory }: Option): string {
  const parts = [
    cell(description),
    ...(argChoices === undefined ? [] : [`one of ${argChoices.map((choice) => `\`${choice}\``).join(', ')}`]),
    ...(defaultValue === undefined || typeof defaultValue === 'boolean' ? [] : [`default \`${String(defaultValue)}\``]),
    ...(mandatory ? ['required'] : []),
  ];
  return parts.filter((part) => part !== '').join('; ');
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('*', '\\*').replaceAll('<', '&lt;');
}

function sentence(text: string): string {
  const escaped = text.replaceAll('*', '\\*');
  return `${escaped.charAt(0).toUpperCase()}${escaped.slice(1)}.`;
}
