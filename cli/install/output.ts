import type { Command } from 'commander';

/** Where a command writes: text as it is, with its ends of lines. */
export interface Output {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
}

/** The output that the program gave its commands. */
export function outputOf(command: Command): Output {
  const output = command.configureOutput();
  return { out: (text) => output.writeOut?.(text), err: (text) => output.writeErr?.(text) };
}
