import { expect } from 'vitest';
import { withoutClusterWide } from '../support/example.ts';
import { replaced } from '../support/ordinals.ts';
import { scenario } from '../support/scenario.ts';

scenario('S9: a lost pod comes back by name, with its claim', async (scene) => {
  await scene.apply(withoutClusterWide(await scene.example('s09-pod-lost')));
  await scene.untilSettled('statefulset-test');
  const before = scene.pods();
  scene.mark();

  await scene.kubectl(['delete', 'pod', 'statefulset-test-2']);
  await scene.untilStory(4);
  await scene.untilSettled('statefulset-test');
  expect(scene.story()).toEqual(replaced('statefulset-test-2'));

  const [old, young] = [before.get('statefulset-test-2'), scene.pods().get('statefulset-test-2')];
  expect(young?.metadata.uid).not.toBe(old?.metadata.uid);
  expect(young?.status?.podIP).not.toBe(old?.status?.podIP);
  const claimOf = (pod: typeof old) => pod?.spec.volumes?.find(({ name }) => name === 'www')?.persistentVolumeClaim;
  expect(claimOf(young)).toEqual({ claimName: 'www-statefulset-test-2' });
  expect(claimOf(young)).toEqual(claimOf(old));
});

scenario('S9: a pod lost below others comes back, and the others stay', async (scene) => {
  await scene.apply(await scene.example('s03-rolling-update'));
  await scene.untilSettled('web');
  scene.mark();
  await scene.kubectl(['delete', 'pod', 'web-1', 'web-4']);
  await scene.untilStory(8);
  await scene.untilSettled('web');
  expect(scene.story().filter((moment) => /created|ready/.test(moment))).toEqual(
    [1, 4].flatMap((i) => [`created web-${i}`, `ready web-${i}`]),
  );
});

scenario('S9: a pod that fails is replaced (SS-68)', async (scene) => {
  await scene.apply(await scene.example('s06-scale'));
  await scene.untilSettled('web');
  scene.mark();
  await scene.kubectl(['annotate', 'pod', 'web-1', 'sandbox.ordinal.dev/behaviour=fail']);
  await scene.untilStory(4);
  await scene.untilSettled('web');
  expect(scene.story()).toEqual(replaced('web-1'));
});
