/** What the exit code of every command means; `closed`: nobody reads stdout any more, as of a program that ends by SIGPIPE. */
export const exitCodes = { ok: 0, failed: 1, usage: 2, timeout: 3, closed: 141 } as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** Ends a command with a message on stderr, and with this exit code. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  readonly exitCode: ExitCode;

  constructor(exitCode: ExitCode, message: string) {
    super(message);
    this.exitCode = exitCode;
  }
}

export function usageError(message: string): CommandError {
  return new CommandError(exitCodes.usage, message);
}
