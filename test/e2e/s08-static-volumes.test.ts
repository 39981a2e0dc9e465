import { afterAll, beforeAll, expect, test } from 'vitest';
import { toYaml } from '../support/example.ts';
import { imageOf } from '../support/objects.ts';
import { startOwnCluster, type OwnCluster } from '../support/own-cluster.ts';
import { replaced } from '../support/ordinals.ts';
import type { Scene } from '../support/scene.ts';
import { flavours } from '../support/flavours.ts';
import { playOn } from '../support/scenario.ts';

// A cluster of its own: any claim without a class may take these volumes, and the node port exists once.
let cluster: OwnCluster;

beforeAll(async () => {
  cluster = await startOwnCluster();
  await cluster.serveBothFlavours();
});

afterAll(() => cluster?.stop());

test.each(flavours)(
  'S8: claims bind to the volumes that are there, and a partition limits the update [%s]',
  (flavour) => playOn(cluster.target, 's8', play, flavour),
);

async function play(scene: Scene): Promise<void> {
  const objects = await scene.example('s08-static-volumes');
  await scene.apply(objects);
  await scene.untilSettled('statefulset-test');
  const volumes = await scene.until('all claims are bound', () => {
    const claims = [0, 1, 2].map((i) => scene.claims().get(`www-statefulset-test-${i}`));
    return claims.every((claim) => claim?.status?.phase === 'Bound') && claims.map((claim) => claim?.spec.volumeName);
  });
  expect(new Set(volumes)).toEqual(new Set(['test-0', 'test-1', 'test-2']));
  scene.mark();

  const updated = JSON.parse(
    JSON.stringify(objects).replace('"image":"nginx"', '"image":"nginx:1.19"'),
  ) as typeof objects;
  await scene.apply(updated);
  await scene.rollout('status', 'statefulset-test', '--timeout=30s');
  await scene.untilStory(4);
  await scene.settle();
  expect(scene.story()).toEqual(replaced('statefulset-test-2'));
  expect([0, 1, 2].map((i) => imageOf(scene.pods().get(`statefulset-test-${i}`)))).toEqual([
    'nginx',
    'nginx',
    'nginx:1.19',
  ]);
  const claims = [0, 1, 2].map((i) => scene.claims().get(`www-statefulset-test-${i}`)?.spec.volumeName);
  expect(claims).toEqual(volumes);
  // Volumes and node ports are of the whole cluster: the next one finds them free.
  await scene.kubectl(['delete', '-f', '-', '--wait=false'], toYaml(objects));
  await scene.kubectl(['delete', 'pvc', '--all', '--timeout=60s']);
  await scene.kubectl(['wait', '--for=delete', 'pv', '--all', '--timeout=30s']);
}
