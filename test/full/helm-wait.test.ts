import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, expect } from 'vitest';
import { toYaml, withPods } from '../support/example.ts';
import { helmProgram } from './helm-program.ts';
import { scenario } from '../support/scenario.ts';
import type { Scene } from '../support/scene.ts';

const exec = promisify(execFile);
let helm: string;

beforeAll(async () => {
  helm = await helmProgram();
});

/** A chart of one set; its value `image` is the image of the pods. */
async function chartOf(scene: Scene): Promise<string> {
  const chart = await mkdtemp(join(tmpdir(), 'ordinal-chart-'));
  await mkdir(join(chart, 'templates'));
  await writeFile(join(chart, 'Chart.yaml'), 'apiVersion: v2\nname: web\nversion: 1.0.0\n');
  await writeFile(join(chart, 'values.yaml'), 'image: nginx:1\n');
  const objects = withPods(await scene.example('s06-scale'), { 'sandbox.ordinal.dev/ready-after': '1s' });
  const text = toYaml(objects).replaceAll(/image: .*/g, 'image: {{ .Values.image }}');
  await writeFile(join(chart, 'templates', 'set.yaml'), text);
  return chart;
}

/** Helm waits by kstatus, as Flux does. */
scenario(
  'helm --wait waits for a set as long as there is something to wait for, and says at once that it is stuck',
  async (scene) => {
    const chart = await chartOf(scene);
    const { kubeconfig } = scene.target;
    const run = (timeout: string, ...args: readonly string[]) =>
      exec(helm, [...args, '-n', scene.namespace, '--kubeconfig', kubeconfig, '--wait', '--timeout', timeout]);
    const upgrade = (image: string, timeout = '60s') =>
      run(timeout, 'upgrade', '--install', 'web', chart, '--set', `image=${image}`);
    const ready = () => scene.set('web')?.status?.conditions?.find(({ type }) => type === 'Ready')?.status;
    try {
      await upgrade('nginx:1');
      await scene.settle();
      expect([...scene.pods().keys()]).toEqual(['web-0', 'web-1']);
      expect(ready()).toBe('True');

      await upgrade('nginx:2');
      await scene.settle();
      expect(ready()).toBe('True');
      expect(scene.set('web')?.status).toMatchObject({ updatedReplicas: 2, availableReplicas: 2 });

      await expect(upgrade('nginx:broken')).rejects.toThrow(
        /StatefulSet\/\S+\/web not ready. status: Failed, message: pod web-1: .* cannot pull image nginx:broken/,
      );

      // The time counts for this alone, which has to run out.
      await scene.kubectl(['annotate', scene.kind, 'web', 'ordinal.dev/paused=true']);
      await expect(upgrade('nginx:3', '4s')).rejects.toThrow(/web not ready. status: InProgress/);
      await scene.kubectl(['annotate', scene.kind, 'web', 'ordinal.dev/paused-']);
      await upgrade('nginx:3');
      await scene.settle();
      expect(ready()).toBe('True');

      await run('60s', 'uninstall', 'web');
      await scene.settle();
      expect(scene.set('web')).toBeUndefined();
    } finally {
      await rm(chart, { recursive: true });
    }
  },
  { timeoutMs: 600_000 },
);
