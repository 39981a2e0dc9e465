import { expect } from 'vitest';
import { withoutClusterWide } from '../support/example.ts';
import { scenario } from '../support/scenario.ts';

scenario('S11: a replicated database: pods of two containers in order, each with its claim (SS-34)', async (scene) => {
  await scene.apply(withoutClusterWide(await scene.example('s11-replicated-database')));
  await scene.untilSettled('mongo');
  expect(scene.story()).toEqual([0, 1, 2].flatMap((i) => [`created mongo-${i}`, `ready mongo-${i}`]));
  for (const i of [0, 1, 2]) {
    const pod = scene.pods().get(`mongo-${i}`);
    expect(pod?.status?.containerStatuses?.map(({ ready }) => ready)).toEqual([true, true]);
    expect(pod?.spec).toMatchObject({ hostname: `mongo-${i}`, subdomain: 'mongo' });
    const claim = scene.claims().get(`mongo-persistent-storage-mongo-${i}`);
    expect(claim?.status?.phase).toBe('Bound');
    expect(claim?.metadata.annotations).toMatchObject({ 'volume.beta.kubernetes.io/storage-class': 'fast' });
    expect(claim?.spec.resources?.requests?.storage).toBe('2Gi');
  }
  const table = await scene.kubectl(['get', 'pods', '--no-headers']);
  expect(table.split('\n').map((line) => line.split(/\s+/).slice(0, 3))).toEqual(
    [0, 1, 2].map((i) => [`mongo-${i}`, '2/2', 'Running']),
  );
});
