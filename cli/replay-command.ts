import { Command, Option } from 'commander';
import type { HistoryAndWorkflowId } from '@temporalio/client';
import type { Console } from './console.ts';
import { type ExitCode, exitCodes, usageError } from './exit.ts';

interface Flags {
  readonly query?: string;
  readonly output?: 'json';
  readonly workflowBundle?: string;
  readonly payloadKeys?: string;
}

/** `ordinal replay`: can this version carry on what another one began? Asked before a release is shipped. */
export function replayCommand(console: Console, exit: (code: ExitCode) => void): Command {
  return new Command('replay')
    .description('replay runs against this version: can it carry them on? exit 1 when one it cannot')
    .argument('[run...]', 'workflow ids, or files with a history as JSON')
    .option('--query <query>', 'also all runs of ours that match, for example "ExecutionStatus = \'Running\'"')
    .addOption(new Option('-o, --output <format>', 'for programs').choices(['json']))
    .option('--workflow-bundle <path>', 'prebuilt workflow code (default: that of this package)')
    .addHelpText(
      'after',
      '\nTemporal is found by TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE, TEMPORAL_API_KEY, TEMPORAL_TLS_* or a temporal.toml.',
    )
    .action(async function (this: Command, runs: readonly string[]) {
      const flags = this.optsWithGlobals<Flags>();
      if (runs.length === 0 && flags.query === undefined)
        throw usageError('replay what? Name workflow ids or files, or give a --query');
      exit(await replayRuns(console, runs, flags));
    });
}

async function replayRuns(console: Console, runs: readonly string[], flags: Flags): Promise<ExitCode> {
  const { openHistories } = await import('./histories.ts');
  const { quietly, replay } = await import('../worker/index.ts');
  quietly();
  const histories = openHistories(flags.payloadKeys);
  try {
    const from = async function* (): AsyncIterable<HistoryAndWorkflowId> {
      for (const run of runs) yield histories.of(run);
      if (flags.query !== undefined) yield* histories.matching(flags.query);
    };
    const results = [];
    for await (const result of replay(from(), flags)) {
      results.push(result);
      const { workflowId, runId, problem } = result;
      if (flags.output === 'json') console.err(`${results.length} replayed`);
      else if (problem === undefined) console.out(`${console.colour('green', 'compatible')} ${workflowId} ${runId}`);
      else console.out(`${console.colour('red', 'not compatible')} ${workflowId} ${runId}: ${problem}`);
    }
    if (flags.output === 'json') console.out(JSON.stringify(results, undefined, 2));
    if (results.length === 0) {
      console.err(`nothing to replay: Temporal knows no run of ours that matches ${flags.query}`);
      return exitCodes.ok;
    }
    const bad = results.filter(({ problem }) => problem !== undefined).length;
    if (flags.output === undefined)
      console.err(`${results.length} replayed, ${bad === 0 ? 'all' : results.length - bad} compatible`);
    return bad === 0 ? exitCodes.ok : exitCodes.failed;
  } finally {
    await histories.close();
  }
}
