import { expect } from 'vitest';
import { OrdinalClient } from '../../client/ordinal-client.ts';
import type { StatefulSetHandle } from '../../client/set-handle.ts';
import { withPods } from '../support/example.ts';
import { imageOf } from '../support/objects.ts';
import { scenario } from '../support/scenario.ts';
import type { Scene } from '../support/scene.ts';

const images = (scene: Scene) => [...scene.pods().values()].map(imageOf);
const started = (scene: Scene, image: string) => scene.until(`a pod has ${image}`, () => images(scene).includes(image));

/** Plays with a settled set `web` of three whose pods take a moment to become Ready. */
function played(name: string, play: (scene: Scene, web: StatefulSetHandle) => Promise<void>): void {
  scenario(name, async (scene) => {
    await scene.apply(withPods(await scene.example('s17-rollback'), { 'sandbox.ordinal.dev/ready-after': '700ms' }));
    await scene.untilSettled('web');
    const ordinal = await OrdinalClient.connect({ kubeconfigPath: scene.target.kubeconfig });
    try {
      await play(scene, ordinal.statefulSet(scene.namespace, 'web', { flavour: scene.flavour }));
    } finally {
      await ordinal.close();
    }
  });
}

played('an operation that is cancelled stops at a safe point, and a retry goes on', async (scene, web) => {
  const rollout = await web.rollout({ image: 'nginx:1.27' });
  await started(scene, 'nginx:1.27');
  expect(await rollout.cancel({ reason: 'changed my mind' })).toBe(true);
  expect(await rollout.result()).toEqual({ outcome: 'aborted' });
  expect(images(scene)).toContain('nginx:1.25');
  const retried = await web.retry();
  expect(await retried.result()).toEqual({ outcome: 'completed' });
  expect(images(scene)).toEqual(Array(3).fill('nginx:1.27'));
  expect(await rollout.cancel()).toBe(false);
});

played('an operation whose place a newer one has taken cannot be cancelled any more', async (scene, web) => {
  const first = await web.rollout({ image: 'nginx:1.27' });
  const second = await web.rollout({ image: 'nginx:1.28' });
  expect(await first.cancel()).toBe(false);
  expect(await first.result()).toMatchObject({ outcome: 'superseded' });
  const told: number[] = [];
  expect(await second.result({ onProgress: ({ step }) => told.push(step.done) })).toEqual({ outcome: 'completed' });
  expect(told.at(-1)).toBe(3);
  expect(images(scene)).toEqual(Array(3).fill('nginx:1.28'));
});

played('the same key is one operation, also after requests of others', async (scene, web) => {
  const first = await web.rollout({ image: 'nginx:1.27' }, { id: 'release 27' });
  expect(first.changed).toBe(true);
  expect(await web.rollout({ image: 'nginx:1.27' }, { id: 'release 27' })).toMatchObject({ changed: false });
  await web.scale(2);
  await (await web.rollout({ image: 'nginx:1.28' }, { id: 'release 28' })).result();
  const again = await web.rollout({ image: 'nginx:1.27' }, { id: 'release 27' });
  expect(again.changed).toBe(false);
  expect(await again.result()).toEqual({ outcome: 'completed' });
  expect(images(scene)).toEqual(Array(2).fill('nginx:1.28'));
});
