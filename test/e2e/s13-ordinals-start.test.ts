import { expect } from 'vitest';
import { scenario } from '../support/scenario.ts';

scenario('S13: ordinals begin where the set says, and the window moves (SS-15, SS-23, SS-88, SS-89)', async (scene) => {
  await scene.apply(await scene.example('s13-ordinals-start'));
  await scene.untilSettled('web');
  const up = (...ordinals: number[]) => ordinals.flatMap((i) => [`created web-${i}`, `ready web-${i}`]);
  const down = (...ordinals: number[]) => ordinals.flatMap((i) => [`leaving web-${i}`, `gone web-${i}`]);
  expect(scene.story()).toEqual(up(5, 6, 7));
  scene.mark();

  const patch = async (spec: object) => {
    await scene.patchSpec('web', spec);
    await scene.untilSettled('web');
  };
  await patch({ replicas: 4 });
  expect(scene.story()).toEqual(up(8));
  scene.mark();

  await patch({ ordinals: { start: 7 } });
  expect(scene.story()).toEqual([...up(9, 10), ...down(6, 5)]);
  scene.mark();

  await patch({ ordinals: { start: 5 } });
  expect(scene.story()).toEqual([...up(5, 6), ...down(10, 9)]);
  scene.mark();

  await patch({ replicas: 1 });
  expect(scene.story()).toEqual(down(8, 7, 6));
});
