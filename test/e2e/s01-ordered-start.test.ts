import { expect } from 'vitest';
import { range } from '../support/ordinals.ts';
import { scenario } from '../support/scenario.ts';

scenario('S1: pods appear one by one, each when its predecessor is Ready (SS-33, SS-69)', async (scene) => {
  await scene.apply(await scene.example('s01-ordered-start'));
  await scene.untilSettled('web-sts');

  expect(scene.story()).toEqual(range(0, 6).flatMap((i) => [`created web-sts-${i}`, `ready web-sts-${i}`]));
  const claims = [...scene.claims().values()].map(({ metadata, status }) => [metadata.name, status?.phase]);
  expect(claims).toEqual(range(0, 6).map((i) => [`www-web-sts-${i}`, 'Bound']));
});
