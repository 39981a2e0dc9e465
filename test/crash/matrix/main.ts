/** `npm run test:crash`: the whole crash matrix, or the part of it that is asked for. See README.md. */
import { parseArgs } from 'node:util';
import { startOwnCluster } from '../../support/own-cluster.ts';
import { commandOf, type Pair, playMatrix, type Result } from './matrix.ts';
import { crashText, parseCrash } from './point.ts';
import { progress } from './progress.ts';
import { recovery, table } from './report.ts';
import { ResultsFile } from './results-file.ts';
import { sample, seedOf } from './sample.ts';
import { scenarios } from './scenarios.ts';

const usage = `npm run test:crash -- [--scenario S1,S3,S6,S10] [--point 'delete pod web-2 #1 after']
  [--sample N] [--workers 1|2] [--lanes 4] [--list] [--results FILE]
--sample: N pairs by ORDINAL_SEED (default: the day). --list: only names the points. --results: keeps what came of each pair there; pairs that have passed are not played again.
Exit code: 0 all passed, 1 failures, 2 usage.`;

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      scenario: { type: 'string' },
      point: { type: 'string' },
      sample: { type: 'string' },
      workers: { type: 'string', default: '1' },
      lanes: { type: 'string', default: '4' },
      list: { type: 'boolean', default: false },
      results: { type: 'string' },
    },
  });
  const names = values.scenario?.split(',') ?? scenarios.map(({ name }) => name);
  const chosen = scenarios.filter(({ name }) => names.includes(name));
  if (chosen.length !== names.length)
    throw new TypeError(`the scenarios are ${scenarios.map(({ name }) => name).join(', ')}`);
  const [workers, lanes, size] = [values.workers, values.lanes, values.sample ?? '1'].map(wholeNumber) as [
    number,
    number,
    number,
  ];
  const point = values.point === undefined ? undefined : parseCrash(values.point);
  const seed = seedOf(process.env, new Date());
  const file = values.results === undefined ? undefined : new ResultsFile(values.results);
  const choose = (pairs: readonly Pair[]): readonly Pair[] => {
    if (values.list) return [];
    if (point !== undefined) return chosen.map((scenario) => ({ scenario, crash: point }));
    // In the order of a sample of all, so that a run that is cut short has something of everything.
    const wanted = sample(pairs, values.sample === undefined ? pairs.length : size, seed);
    return file?.left(wanted) ?? wanted;
  };

  const say = (line: string): void => void process.stdout.write(`${line}\n`);
  if (values.sample !== undefined) say(`seed ${seed} (ORDINAL_SEED=${seed} repeats this sample)`);
  const cluster = await startOwnCluster();
  const stop = (): void => void cluster.stop().finally(() => process.exit(130));
  process.once('SIGINT', stop).once('SIGTERM', stop);
  try {
    const bar = progress(process.stdout);
    const results = await playMatrix({
      target: cluster.target,
      scenarios: chosen,
      workers,
      lanes,
      choose: (pairs) => {
        if (values.list) for (const { scenario, crash } of pairs) say(`${scenario.name} ${crashText(crash)}`);
        return choose(pairs);
      },
      onRecorded: (pairs) => values.list || bar.begin(pairs.length),
      onResult: (result) => {
        bar.told(result);
        file?.add(result);
      },
    });
    bar.end();
    if (values.list) return 0;
    const told = file?.read() ?? results;
    say(reportOf(told, workers));
    return told.every(({ outcome }) => outcome.kind !== 'failed') ? 0 : 1;
  } finally {
    await cluster.stop();
  }
}

function reportOf(results: readonly Result[], workers: number): string {
  const order = scenarios.map(({ name }) => name);
  const sorted = [...results].sort((a, b) => order.indexOf(a.scenario.name) - order.indexOf(b.scenario.name));
  const missed = sorted.filter(({ outcome }) => outcome.kind === 'missed');
  return [
    table(sorted),
    '',
    recovery(sorted),
    ...(missed.length === 0
      ? []
      : ['', 'never came to, in three runs each:', ...missed.map((pair) => `  ${commandOf(pair, workers)}`)]),
    ...sorted.flatMap((result) =>
      result.outcome.kind === 'failed' ? ['', `failed: ${commandOf(result, workers)}`, result.outcome.why] : [],
    ),
  ].join('\n');
}

function wholeNumber(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1) throw new TypeError(`${text} is no whole number from 1 on`);
  return number;
}

try {
  process.exitCode = await main();
} catch (error) {
  const isUsage = error instanceof TypeError;
  process.stderr.write(
    `${error instanceof Error ? (isUsage ? error.message : error.stack) : String(error)}\n${isUsage ? `${usage}\n` : ''}`,
  );
  process.exitCode = isUsage ? 2 : 1;
}
