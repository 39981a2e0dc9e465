/**
 * `npm run properties`: the planner against very many simulated clusters. `--runs N`: so many for each property, default 20000;
 * `--minutes M`: no longer than this for each property, default as long as it takes; `--seed S`: the same clusters again, default others every
 * time. What fails is told with its seed and the smallest cluster that shows it.
 */
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: { runs: { type: 'string', default: '20000' }, minutes: { type: 'string' }, seed: { type: 'string' } },
});
const { status } = spawnSync('vitest', ['run', '--project', 'unit', 'model/simulation'], {
  stdio: 'inherit',
  env: {
    ...process.env,
    ORDINAL_RUNS: values.runs,
    ...(values.minutes !== undefined && { ORDINAL_MINUTES: values.minutes }),
    ...(values.seed !== undefined && { ORDINAL_SEED: values.seed }),
  },
});
process.exitCode = status ?? 1;
