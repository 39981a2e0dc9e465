/** `npm run bench -- steps [--size N] [--repeat K] [--json]` */
import { Command, InvalidArgumentError } from 'commander';
import { measureSteps, stepsTable } from './steps.ts';

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
    const progress = (line: string) => void process.stderr.write(`${line}\n`);
    const measured = await measureSteps({ size, repeat, progress });
    process.stdout.write(json === true ? `${JSON.stringify(measured, null, 2)}\n` : `${stepsTable(measured)}\n`);
  });
await program.parseAsync();
