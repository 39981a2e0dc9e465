/** `npm run demo [-- --exit]`: the life of one StatefulSet on a cluster of its own. Exits with 0 when every chapter held what it claims. */
import { Command } from 'commander';
import { playDemo } from './demo.ts';
import { processScreen } from './screen/screen.ts';

interface Flags {
  readonly exit?: boolean;
  readonly name: string;
}

const flags = new Command('demo')
  .description('runs a StatefulSet through its life on a sandbox: no cluster is needed')
  .option('--exit', 'end when the last chapter is over (always so when stdout is no terminal)')
  .option('--name <name>', 'name of the sandbox', 'demo')
  .parse()
  .opts<Flags>();

const ending = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    // Who asks twice does not want to wait; the sandbox and the workers end with this process in any case.
    if (ending.signal.aborted) process.exit(130);
    ending.abort();
  });
}
const screen = processScreen();
const stays = process.stdout.isTTY && flags.exit !== true;
process.exit(await playDemo({ name: flags.name, stays, screen, ending: ending.signal }));
