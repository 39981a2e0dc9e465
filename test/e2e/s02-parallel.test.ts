import { expect } from 'vitest';
import { withPods } from '../support/example.ts';
import { range } from '../support/ordinals.ts';
import { scenario } from '../support/scenario.ts';

/** A second to become Ready and a second to go: time to see that nobody waits for it. */
const slow = { 'sandbox.ordinal.dev/ready-after': '1s', 'sandbox.ordinal.dev/terminate-after': '1s' };
const names = range(0, 6).map((i) => `web-${i}`);

scenario('S2: a parallel set starts and stops without waiting (SS-70)', async (scene) => {
  const objects = scene.asking(await scene.example('s02-parallel'), 'ordered-deletion');
  await scene.apply(withPods(objects, slow));
  await scene.untilSettled('web');
  expect(scene.story().slice(0, 6).toSorted()).toEqual(names.map((name) => `created ${name}`));
  expect(scene.story().slice(6).toSorted()).toEqual(names.map((name) => `ready ${name}`));
  scene.mark();

  await scene.deleteSet('web');
  await scene.untilStory(12);
  expect(scene.story().slice(0, 6).toSorted()).toEqual(names.map((name) => `leaving ${name}`));
  expect(scene.story().slice(6).toSorted()).toEqual(names.map((name) => `gone ${name}`));
});

scenario('S2: a parallel set scales without waiting (SS-70, SS-72)', async (scene) => {
  const objects = await scene.example('s02-parallel');
  await scene.apply(withPods(objects, slow));
  await scene.untilSettled('web');
  scene.mark();
  await scene.scale('web', 2);
  await scene.untilSettled('web');
  expect(scene.story().slice(0, 4).toSorted()).toEqual(range(2, 6).map((i) => `leaving web-${i}`));
  scene.mark();
  await scene.scale('web', 6);
  await scene.untilSettled('web');
  expect(scene.story().slice(0, 4).toSorted()).toEqual(range(2, 6).map((i) => `created web-${i}`));
});
