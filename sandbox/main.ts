/** The command line of the sandbox: `npm run sandbox -- up|down|status|logs|node`. */
import { buildCommands } from './commands.ts';

try {
  await buildCommands().parseAsync();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
