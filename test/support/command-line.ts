import { recordedConsole } from '../../cli/console.fixture.ts';
import { run } from '../../cli/run.ts';

/** What a command line came to. */
export interface Said {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs `ordinal` with these words in this process, away from a terminal. */
export async function commandLine(args: readonly string[]): Promise<Said> {
  const console = recordedConsole();
  const code = await run(args, console);
  return { code, ...console.written };
}
