import { expect } from 'vitest';
import { type ArgoHealth, argoHealth } from '../support/argo-health.ts';
import { withPods } from '../support/example.ts';
import { scenario } from '../support/scenario.ts';

scenario(
  'what Argo CD takes a set for, in each of its phases',
  async (scene) => {
    const health = await argoHealth();
    /** By what the API server has at this moment. */
    const becomes = (expected: string, message?: RegExp) =>
      expect
        .poll(async (): Promise<ArgoHealth> => health(await scene.getSet('web')), { timeout: 60_000, interval: 20 })
        .toEqual({
          status: expected,
          message: message === undefined ? expect.any(String) : expect.stringMatching(message),
        });
    const annotate = (annotation: string) => scene.kubectl(['annotate', scene.kind, 'web', annotation]);

    const objects = withPods(await scene.example('s06-scale'), { 'sandbox.ordinal.dev/ready-after': '2s' });
    const [set] = objects.filter(({ kind }) => kind === 'StatefulSet');
    expect(health({ ...set, metadata: { ...set?.metadata, generation: 1 } }).status).toBe('Progressing');
    await scene.apply(objects);
    await becomes('Progressing', /0 of 2 pods are ready; /);
    await becomes('Healthy', /2 of 2 pods are ready/);

    // A spec that nobody has looked at yet is not healthy, however well the pods are.
    const settled = await scene.getSet('web');
    const newer = { ...settled, metadata: { ...settled.metadata, generation: (settled.metadata.generation ?? 0) + 1 } };
    expect(health(newer).status).toBe('Progressing');

    await scene.patchSpec('web', { paused: true });
    await scene.patchImage('web', 'nginx:unready');
    await becomes('Suspended', /paused/);
    await scene.patchSpec('web', { paused: false });
    await becomes('Progressing', /web-1/);
    await scene.patchImage('web', 'nginx:broken');
    await becomes('Degraded', /web-1/);
    await annotate('ordinal.dev/abort=now');
    await becomes('Degraded');
    await annotate('ordinal.dev/abort-');
    await scene.patchImage('web', 'nginx:latest');
    await becomes('Progressing');
    await becomes('Healthy');

    await scene.kubectl(['delete', scene.kind, 'web', '--wait=false']);
    await becomes('Progressing');
    await scene.until('the set is gone', () => scene.set('web') === undefined, 60_000);
  },
  { of: 'ordinal.dev/v1', timeoutMs: 240_000 },
);
