import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startSandbox } from '../sandbox/sandbox.ts';
import { installPackage } from '../test/support/installed-package.ts';
import { openCluster } from './cluster.ts';
import type { Measured } from './measured.ts';
import { repaintLatencies } from './repaint.ts';
import { type StartUp, startUpPair, type StartUpPair } from './start-up.ts';
import { spreadOf } from './statistics.ts';

export interface InterfacesOptions {
  readonly repeat: number;
  readonly progress: (line: string) => void;
}

/** What people wait for: the package's size, the start of its command line and of its SDK, and the repaint of a live view. */
export async function measureInterfaces({ repeat, progress }: InterfacesOptions): Promise<readonly Measured[]> {
  const folder = await mkdtemp(join(tmpdir(), 'ordinal-bench-'));
  progress('packing and installing the package');
  const sandbox = await startSandbox({ name: `bench-cli-${process.pid}` });
  try {
    const { bin, size } = await installPackage(folder);
    await writeFile(join(folder, 'imports.js'), "import 'ordinal-k8s/client';\n");
    const at = { cwd: folder, env: { ...process.env, KUBECONFIG: sandbox.kubeconfig } };
    const pairsOf = async (what: string, args: readonly string[]): Promise<readonly StartUpPair[]> => {
      // The first run fills the cache of compiled code.
      await startUpPair(args, at);
      const pairs: StartUpPair[] = [];
      while (pairs.length < repeat) pairs.push(await startUpPair(args, at));
      progress(`${what}: ${repeat} runs`);
      return pairs;
    };
    const list = await pairsOf('ordinal list', [bin('ordinal'), 'list', '-A']);
    const imported = await pairsOf("import 'ordinal-k8s/client'", ['imports.js']);
    const cluster = await openCluster(sandbox);
    const repaints = await repaintLatencies(cluster, sandbox, repeat);
    await cluster.close();
    const ms = (what: string, goal: string, values: readonly number[]): Measured => ({
      what,
      goal,
      spread: spreadOf(values),
      unit: 'ms',
    });
    const above = (pairs: readonly StartUpPair[], of: keyof StartUp) =>
      pairs.map(({ bare, program }) => program[of] - bare[of]);
    const bare = [...list, ...imported].map((pair) => pair.bare);
    return [
      ms(
        'bare node -e 0',
        '',
        bare.map(({ wall }) => wall),
      ),
      ms('ordinal list, above bare node', '<= 250', above(list, 'wall')),
      ms('  of it processor time', '', above(list, 'cpu')),
      ms("import 'ordinal-k8s/client', above bare node", '<= 300', above(imported, 'wall')),
      ms('  of it processor time', '', above(imported, 'cpu')),
      ms('change sent -> get -w repainted', '<= 300', repaints),
      { what: 'npm pack', goal: '<= 1024', spread: spreadOf([size / 1024]), unit: 'KiB' },
    ];
  } finally {
    await sandbox.stop();
    await rm(folder, { recursive: true, force: true });
  }
}
