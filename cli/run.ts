import { CommanderError } from 'commander';
import { type Console, processConsole } from './console.ts';
import { errorText } from './error-text.ts';
import { CommandError, type ExitCode, exitCodes } from './exit.ts';
import { normalizeFlags } from './flags.ts';
import { createProgram } from './program.ts';

/**
 * Runs one command line (without the program's name) and answers the exit code: 0 good, 1 failed, 2 usage, 3 out of time, 141 nobody reads it. Never throws.
 */
export async function run(args: readonly string[], console?: Console): Promise<ExitCode> {
  const to = console ?? processConsole(!args.includes('--no-color'));
  let exitCode: ExitCode = exitCodes.ok;
  try {
    const program = createProgram(to, (code) => (exitCode = code));
    const [first, ...words] = args;
    if (first === '__complete') {
      const { complete } = await import('./commands/complete.ts');
      await complete(program, words, to);
      return exitCode;
    }
    await program.parseAsync(normalizeFlags(args), { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
    to.err(`error: ${messageOf(error)}`);
    return error instanceof CommandError ? error.exitCode : exitCodes.failed;
  }
}

/** No stack unless `ORDINAL_DEBUG` is set. */
function messageOf(error: unknown): string {
  const stack = process.env['ORDINAL_DEBUG'] !== undefined && error instanceof Error ? `\n${error.stack}` : '';
  return errorText(error) + stack;
}
