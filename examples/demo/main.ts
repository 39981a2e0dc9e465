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
let endingSince = 0;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    // npm passes a Ctrl-C on that the terminal has sent to everybody: the second of the two is not impatience. What still runs then
    // ends with this process.
    if (ending.signal.aborted && performance.now() - endingSince > 1_000) process.exit(130);
    if (!ending.signal.aborted) endingSince = performance.now();
    ending.abort();
  });
}
const screen = processScreen();
const stays = process.stdout.isTTY && flags.exit !== true;
process.exit(await playDemo({ name: flags.name, stays, screen, ending: ending.signal }));
