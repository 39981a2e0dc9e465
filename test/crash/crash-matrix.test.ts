import { afterAll, beforeAll, expect, test } from 'vitest';
import { type OwnCluster, startOwnCluster } from '../support/own-cluster.ts';
import { commandOf, playMatrix } from './matrix/matrix.ts';
import { table } from './matrix/report.ts';
import { sample, seedOf } from './matrix/sample.ts';
import { scenarios } from './matrix/scenarios.ts';

/** Two of each scenario: about a minute. `npm run test:crash` plays them all. */
const size = 8;

let cluster: OwnCluster;

beforeAll(async () => {
  cluster = await startOwnCluster();
});

afterAll(() => cluster.stop());

test(`S20: kill -9 at ${size} moments of S1, S3, S6 and S10: another worker goes on, nothing is lost or done twice`, async () => {
  const seed = seedOf(process.env, new Date());
  process.stdout.write(`crash matrix: ORDINAL_SEED=${seed} repeats this sample\n`);
  const results = await playMatrix({
    target: cluster.target,
    scenarios,
    workers: 1,
    lanes: 4,
    choose: (pairs) => sample(pairs, size, seed),
  });
  process.stdout.write(`${table(results)}\n`);
  const failed = results.flatMap((result) =>
    result.outcome.kind === 'failed' ? [`${commandOf(result, 1)}\n${result.outcome.why}`] : [],
  );
  expect(failed).toEqual([]);
  // A point that depends on the time may be missed in all three attempts, but not by half of the sample.
  expect(results.filter(({ outcome }) => outcome.kind === 'passed').length).toBeGreaterThan(size / 2);
}, 600_000);
