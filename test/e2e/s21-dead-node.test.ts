import { afterAll, beforeAll, expect, test } from 'vitest';
import { killNode, markOutOfService, reviveNode } from '../../sandbox/nodes.ts';
import { isReady } from '../support/objects.ts';
import { startOwnCluster, type OwnCluster } from '../support/own-cluster.ts';
import type { Scene } from '../support/scene.ts';
import { flavours } from '../support/flavours.ts';
import { playOn } from '../support/scenario.ts';

let cluster: OwnCluster;

beforeAll(async () => {
  cluster = await startOwnCluster();
  await cluster.serveBothFlavours();
});

afterAll(() => cluster.stop());

const claimOf = 'www-web-1';

// One after the other: the pods of both may be on the same node.
test.each(flavours)(
  'S21: a pod on a dead node is not replaced before the node is out of service (SS-113) [%s]',
  { timeout: 240_000 },
  (flavour) => playOn(cluster.target, 's21', play, flavour),
);

async function play(scene: Scene): Promise<void> {
  await scene.apply(await scene.example('s21-dead-node'));
  await scene.untilSettled('web');
  const before = scene.pods().get('web-1');
  const node = before?.spec.nodeName ?? '';
  const claim = scene.claims().get(claimOf)?.metadata.uid;
  scene.mark();

  await killNode(cluster.sandbox, node);
  await scene.until('web-1 is seen to be not Ready', () => !isReady(scene.pods().get('web-1') ?? fail()), 60_000);
  const said = await scene.until('the set says why', () =>
    scene.set('web')?.status?.conditions?.find(({ reason }) => reason === 'NodeLost'),
  );
  expect(said.message).toContain('web-1');
  // The node controller evicts it after its toleration of 30 s; nobody is there to end it.
  await scene.until('web-1 is evicted', () => scene.story().includes('leaving web-1'), 90_000);
  await scene.settle();
  expect(scene.pods().get('web-1')?.metadata.uid).toBe(before?.metadata.uid);
  expect(scene.story()).toEqual(['leaving web-1']);

  await markOutOfService(cluster.sandbox, node);
  await scene.until('web-1 is back', () => scene.story().includes('ready web-1'), 90_000);
  await scene.untilSettled('web');
  expect(scene.story()).toEqual(['leaving web-1', 'gone web-1', 'created web-1', 'ready web-1']);
  const after = scene.pods().get('web-1');
  expect(after?.spec.nodeName).not.toBe(node);
  expect(scene.claims().get(claimOf)?.metadata.uid).toBe(claim);
  await reviveNode(cluster.sandbox, node);
}

function fail(): never {
  throw new Error('web-1 is not there');
}
