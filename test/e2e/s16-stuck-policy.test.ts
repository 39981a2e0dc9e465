import { expect } from 'vitest';
import { annotated } from '../support/example.ts';
import { imageOf } from '../support/objects.ts';
import { replaced } from '../support/ordinals.ts';
import { scenario } from '../support/scenario.ts';

scenario('S16: with stuck-policy Wait the broken pod is left to a person, as upstream does (SS-77)', async (scene) => {
  await scene.apply(annotated(await scene.example('s16-broken-update'), { 'ordinal.dev/stuck-policy': 'Wait' }));
  await scene.untilSettled('web');
  scene.mark();
  await scene.patchImage('web', 'nginx:broken');
  await scene.until('web-2 is broken', () => imageOf(scene.pods().get('web-2')) === 'nginx:broken');
  await scene.patchImage('web', 'nginx:1.28');
  const generation = scene.set('web')?.metadata.generation ?? 0;
  await scene.until('the worker has seen it', () => (scene.set('web')?.status?.observedGeneration ?? 0) >= generation);
  expect(scene.story()).toEqual(['leaving web-2', 'gone web-2', 'created web-2']);
  await scene.kubectl(['delete', 'pod', 'web-2', '--wait=false']);
  await scene.untilSettled('web');
  expect(scene.story().slice(3)).toEqual([2, 1, 0].flatMap((i) => replaced(`web-${i}`)));
});
