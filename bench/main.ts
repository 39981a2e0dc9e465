/** `npm run bench -- steps [--size N] [--repeat K] [--json]`, `npm run bench -- recovery [--only TEXT] [--repeat K] [--json]` */
import { Command, InvalidArgumentError } from 'commander';
import { type Measured, measuredTable } from './measured.ts';
import { measureRecovery } from './recovery.ts';
import { measureSteps } from './steps.ts';

function positive(value: string): number {
  const number = Number(value);
  if (!Number.isInteger(number) || number < 1) throw new InvalidArgumentError('a positive whole number is wanted');
  return number;
}

const program = new Command('bench').description('measures Ordinal on a sandbox of its own');
program
  .command('steps')
  .description('what a step costs over the bare API calls, and how soon a change is taken up')
  .option('--size <ordinals>', 'ordinals of each set', positive, 50)
  .option('--repeat <times>', 'counted runs, after one that is not', positive, 5)
  .option('--json', 'JSON on standard output')
  .action(async ({ size, repeat, json }: { size: number; repeat: number; json?: boolean }) => {
    print(await measureSteps({ size, repeat, progress }), json === true);
  });
program
  .command('recovery')
  .description('how soon the work goes on after a worker, Temporal or the API server was away')
  .option('--only <text>', 'only faults whose name contains this')
  .option('--repeat <times>', 'runs of each fault', positive, 5)
  .option('--json', 'JSON on standard output')
  .action(async ({ only, repeat, json }: { only?: string; repeat: number; json?: boolean }) => {
    print(await measureRecovery({ repeat, ...(only !== undefined && { only }), progress }), json === true);
  });
await program.parseAsync();

function progress(line: string): void {
  process.stderr.write(`${line}\n`);
}

function print(measured: readonly Measured[], json: boolean): void {
  process.stdout.write(json ? `${JSON.stringify(measured, null, 2)}\n` : `${measuredTable(measured)}\n`);
}
