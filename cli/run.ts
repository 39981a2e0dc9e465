import { CommanderError } from 'commander';
import { type Console, processConsole } from './console.ts';
import { CommandError, type ExitCode, exitCodes } from './exit.ts';
import { normalizeFlags } from './flags.ts';
import { createProgram } from './program.ts';

/**
 * Runs one command line (without the program's name) and answers the exit code: 0 good, 1 failed, 2 usage, 3 out of time. Never throws.
 */
export async function run(args: readonly string[], console?: Console): Promise<ExitCode> {
  const to = console ?? processConsole(!args.includes('--no-color'));
  let exitCode: ExitCode = exitCodes.ok;
  const program = createProgram(to, (code) => (exitCode = code));
  try {
    await program.parseAsync(normalizeFlags(args), { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
    to.err(`error: ${messageOf(error)}`);
    return error instanceof CommandError ? error.exitCode : exitCodes.failed;
  }
}

/** For a person: fields of an invalid object each on a line of its own; no stack unless `ORDINAL_DEBUG` is set. */
function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const fields = 'fields' in error && Array.isArray(error.fields) ? (error.fields as readonly Field[]) : [];
  const listed = fields.filter(({ path }) => !error.message.includes(path) || path === '');
  const lines = listed.map(({ path, message }) => `  ${path === '' ? message : `${path}: ${message}`}`);
  const text = [error.message, ...lines].join('\n');
  return process.env['ORDINAL_DEBUG'] === undefined ? text : `${text}\n${error.stack}`;
}

interface Field {
  readonly path: string;
  readonly message: string;
}
