/**
 * `npm run bench [-- --scenario a,d --size N --repeat K --json]`, `npm run bench -- steps`, `-- floor`, `-- recovery [--only TEXT]`,
 * `-- growth [--full --plot FILE]`, `-- soak [--minutes N]` and `-- cli`
 */
import { readFile, writeFile } from 'node:fs/promises';
import { Command, InvalidArgumentError } from 'commander';
import { scenarios, scenariosOf } from './all-scenarios.ts';
import { compare, lineOf } from './compare.ts';
import { comparisonTable } from './comparison-table.ts';
import { measureFloor } from './floor.ts';
import { growthSizes, measureGrowth, type Point } from './growth.ts';
import { growthPlot } from './growth-plot.ts';
import { growthTable } from './growth-table.ts';
import { measureInterfaces } from './interfaces.ts';
import { type Measured, measuredTable } from './measured.ts';
import { measureRecovery } from './recovery.ts';
import { faultsOf, soak } from './soak/soak.ts';
import { trendTable } from './soak/trend.ts';
import { measureSteps } from './steps.ts';
import { type SystemName, systemNames, usualSystems } from './systems.ts';

function positive(value: string): number {
  const number = Number(value);
  if (!Number.isInteger(number) || number < 1) throw new InvalidArgumentError('a positive whole number is wanted');
  return number;
}

function someScenarios(value: string) {
  try {
    return scenariosOf(value.split(','));
  } catch (error) {
    throw new InvalidArgumentError(error instanceof Error ? error.message : String(error));
  }
}

function someSystems(value: string): readonly SystemName[] {
  return value.split(',').map((word) => {
    const name = systemNames.find((each) => each === word);
    if (name === undefined) throw new InvalidArgumentError(`one of ${systemNames.join(', ')} is wanted`);
    return name;
  });
}

interface Comparison {
  readonly scenario?: ReturnType<typeof someScenarios>;
  readonly system?: readonly SystemName[];
  readonly size?: number;
  readonly full?: true;
  readonly repeat: number;
  readonly json?: true;
}

interface Growth {
  readonly full?: true;
  readonly json?: true;
  readonly plot?: string;
  readonly points?: string;
}

const program = new Command('bench').description('measures Ordinal on a sandbox of its own');
program
  .command('compare', { isDefault: true })
  .description("side by side with Kubernetes' own controller and with bare API calls")
  .option('--scenario <ids>', 'some of them, by comma', someScenarios)
  .option(
    '--system <names>',
    `some of ${systemNames.join(', ')}, by comma; default: ${usualSystems.join(',')}`,
    someSystems,
  )
  .option('--size <n>', 'instead of the size of each scenario', positive)
  .option('--full', 'the sizes that the aims are about: takes an hour and more')
  .option('--repeat <times>', 'runs of each', positive, 1)
  .option('--json', 'JSON on standard output')
  .action(async ({ scenario = scenarios, system, size, full, repeat, json }: Comparison) => {
    const sized = full ? scenario.map((each) => ({ ...each, size: each.full })) : scenario;
    const tell = (run: Parameters<typeof lineOf>[0]) => progress(lineOf(run));
    const options = { scenarios: sized, repeat, tell, ...(size && { size }), ...(system && { systems: system }) };
    const runs = await compare(options);
    process.stdout.write(json ? `${JSON.stringify(runs, null, 2)}\n` : `${comparisonTable(runs)}\n`);
  });
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
  .command('floor')
  .description(
    'what Temporal and its SDK need for each set when there is nothing to do: workflows of the same shape, without Kubernetes',
  )
  .option('--sets <n>', 'sets that start at once', positive, 100)
  .option('--repeat <times>', 'counted runs, after one that is not', positive, 3)
  .option('--json', 'JSON on standard output')
  .action(async ({ sets, repeat, json }: { sets: number; repeat: number; json?: boolean }) => {
    print(await measureFloor({ sets, repeat, progress }), json === true);
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
program
  .command('growth')
  .description('time and memory against the size of a set and the number of sets')
  .option('--full', 'up to 5,000 ordinals and 2,000 sets: takes half an hour')
  .option('--json', 'JSON on standard output')
  .option('--plot <file>', 'writes a plot of it, as SVG')
  .option('--points <file>', 'takes the points of an earlier run (--json) instead of measuring')
  .action(async ({ full, json, plot, points: file }: Growth) => {
    const tell = (point: Point) => progress(`${point.series} ${point.n}: ${point.seconds.toFixed(2)} s`);
    const points =
      file === undefined
        ? await measureGrowth({ sizes: growthSizes[full ? 'full' : 'default'], tell })
        : (JSON.parse(await readFile(file, 'utf8')) as readonly Point[]);
    if (plot !== undefined) await writeFile(plot, growthPlot(points));
    process.stdout.write(json ? `${JSON.stringify(points, null, 2)}\n` : `${growthTable(points)}\n`);
  });
program
  .command('cli')
  .description(
    'what people wait for: the start of the command line and of the SDK, the repaint of a live view, the size of the package',
  )
  .option('--repeat <times>', 'counted runs, after one that is not', positive, 15)
  .option('--json', 'JSON on standard output')
  .action(async ({ repeat, json }: { repeat: number; json?: boolean }) => {
    print(await measureInterfaces({ repeat, progress }), json === true);
  });
program
  .command('soak')
  .description('whether memory, sockets or open workflows grow under constant changes; exit code 1 when they do')
  .option('--minutes <n>', 'how long', positive, 10)
  .option('--sets <n>', 'how many sets', positive, 20)
  .action(async ({ minutes, sets }: { minutes: number; sets: number }) => {
    const soaked = await soak({ minutes, sets, progress });
    const faults = faultsOf(soaked, sets);
    process.stdout.write(
      `${soaked.changes} changes of ${sets} sets in ${minutes} min; the last two thirds, min / median / max and growth:\n` +
        `${trendTable(soaked.trends)}\n` +
        `open workflows: ${soaked.openAtRest} with all sets at rest, ${soaked.openInTheEnd} without a set\n` +
        `${faults.length === 0 ? 'nothing grows' : faults.join('\n')}\n`,
    );
    process.exitCode = faults.length === 0 ? 0 : 1;
  });
await program.parseAsync();

function progress(line: string): void {
  process.stderr.write(`${line}\n`);
}

function print(measured: readonly Measured[], json: boolean): void {
  process.stdout.write(json ? `${JSON.stringify(measured, null, 2)}\n` : `${measuredTable(measured)}\n`);
}
