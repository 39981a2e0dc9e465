/**
 * `npm run replay:record -- --out test/replay/0.2.0`: plays every shape on a sandbox and keeps the histories. Only adds: a shape that the
 * folder has is left alone, so that what was released stays on record as it was.
 */
import { existsSync } from 'node:fs';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { runsOf, type Run } from '../support/history.ts';
import { type OwnCluster, startOwnCluster } from '../support/own-cluster.ts';
import { Scene } from '../support/scene.ts';
import { ended, type Shape, shapes } from './shapes.ts';

const { values } = parseArgs({ options: { out: { type: 'string' }, only: { type: 'string', multiple: true } } });
const { out, only } = values;
if (out === undefined) throw new Error('say where to: npm run replay:record -- --out test/replay/<version>');

const have = existsSync(out) ? await readdir(out) : [];
const isWanted = ({ name }: Shape) =>
  (only === undefined || only.includes(name)) && !have.some((file) => file.startsWith(`${name}.`));
const wanted = shapes.filter(isWanted);
await mkdir(out, { recursive: true });
for (const threshold of new Set(wanted.map((shape) => shape.threshold))) {
  const temporalSettings = threshold === undefined ? [] : [`limit.historyCount.suggestContinueAsNew=${threshold}`];
  const cluster = await startOwnCluster({ temporalSettings });
  try {
    let worker = await cluster.startWorker();
    const replaceWorker = async () => {
      await worker.kill('SIGKILL');
      worker = await cluster.startWorker();
    };
    for (const shape of wanted.filter((other) => other.threshold === threshold))
      await recordShape(shape, cluster, replaceWorker, out);
  } finally {
    await cluster.stop();
  }
}

async function recordShape(shape: Shape, { target }: OwnCluster, replaceWorker: () => Promise<void>, to: string) {
  const scene = await Scene.open(target, shape.name);
  try {
    await shape.play({ scene, replaceWorker });
    if (shape.isOpen !== true) await ended(scene);
    const runs = await runsOf(target, scene.namespace);
    for (const [index, run] of runs.entries()) {
      const file = `${shape.name}.${index}-${run.type}.json`;
      await writeFile(join(to, file), `${textOf(run)}\n`, { flag: 'wx' });
      process.stdout.write(`${file}: ${run.events.length} events, ${run.status}\n`);
    }
  } finally {
    await scene.close();
  }
}

/** One event a line. Names of machines and processes are nobody's business, and say nothing to a replay. */
function textOf({ events }: Run): string {
  const history = JSON.parse(historyToJSON({ events: [...events] })) as { readonly events: readonly object[] };
  const lines = history.events.map((event) =>
    JSON.stringify(event, (key, value: unknown) => {
      if (key === 'identity') return 'worker';
      const isSticky = key === 'taskQueue' && (value as { readonly kind?: string }).kind === 'TASK_QUEUE_KIND_STICKY';
      return isSticky ? { ...(value as object), name: 'sticky' } : value;
    }),
  );
  return `{"events":[\n${lines.join(',\n')}\n]}`;
}
