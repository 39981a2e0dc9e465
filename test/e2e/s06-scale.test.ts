import { expect } from 'vitest';
import { range } from '../support/ordinals.ts';
import { scenario } from '../support/scenario.ts';

scenario('S6: scaling out goes up in order, scaling in goes down in order (SS-68, SS-72)', async (scene) => {
  await scene.apply(await scene.example('s06-scale'));
  await scene.untilSettled('web');
  scene.mark();

  await scene.scale('web', 5);
  await scene.untilSettled('web');
  expect(scene.story()).toEqual(range(2, 5).flatMap((i) => [`created web-${i}`, `ready web-${i}`]));
  scene.mark();

  await scene.patchSpec('web', { replicas: 3 });
  await scene.untilSettled('web');
  expect(scene.story()).toEqual([4, 3].flatMap((i) => [`leaving web-${i}`, `gone web-${i}`]));
  expect([...scene.claims().keys()]).toEqual(range(0, 5).map((i) => `www-web-${i}`));
});

scenario('S6: scaling to zero and out again', async (scene) => {
  await scene.apply(await scene.example('s06-scale'));
  await scene.untilSettled('web');
  scene.mark();
  await scene.scale('web', 0);
  await scene.untilSettled('web');
  expect(scene.story()).toEqual([1, 0].flatMap((i) => [`leaving web-${i}`, `gone web-${i}`]));
  scene.mark();
  await scene.scale('web', 2);
  await scene.untilSettled('web');
  expect(scene.story()).toEqual([0, 1].flatMap((i) => [`created web-${i}`, `ready web-${i}`]));
});
