import { expect } from 'vitest';
import { withoutClusterWide, withPods, withSpec, type Manifest } from '../support/example.ts';
import { scenario } from '../support/scenario.ts';
import type { Scene } from '../support/scene.ts';

const name = 'statefulset-test';
const pods = [2, 1, 0].map((i) => `${name}-${i}`);

async function ordered(scene: Scene): Promise<Manifest[]> {
  const objects = withoutClusterWide(await scene.example('s10-ordered-deletion'));
  return scene.asking(objects, 'ordered-deletion');
}

scenario('S10: deletion goes from the top, the next pod when the former is gone', async (scene) => {
  await scene.apply(await ordered(scene));
  await scene.untilSettled(name);
  scene.mark();
  await scene.deleteSet(name);
  await scene.untilStory(6);
  expect(scene.story()).toEqual(pods.flatMap((pod) => [`leaving ${pod}`, `gone ${pod}`]));
  await scene.until('the set is gone', () => scene.set(name) === undefined);
  expect([...scene.claims().keys()]).toEqual([0, 1, 2].map((i) => `www-${name}-${i}`));
});

scenario('S10: claims go with the set where its policy says so (SS-39)', async (scene) => {
  const persistentVolumeClaimRetentionPolicy = { whenDeleted: 'Delete', whenScaled: 'Retain' };
  await scene.apply(withSpec(await ordered(scene), { persistentVolumeClaimRetentionPolicy }));
  await scene.untilSettled(name);
  scene.mark();
  await scene.deleteSet(name);
  await scene.until('the claims are gone', () => scene.claims().size === 0);
  expect(scene.story()).toEqual(pods.flatMap((pod) => [`leaving ${pod}`, `gone ${pod}`]));
});

scenario('S10: claims stay when only scaling may delete them (SS-39)', async (scene) => {
  const persistentVolumeClaimRetentionPolicy = { whenDeleted: 'Retain', whenScaled: 'Delete' };
  await scene.apply(withSpec(await ordered(scene), { persistentVolumeClaimRetentionPolicy }));
  await scene.untilSettled(name);
  const claims = [...scene.claims().keys()];
  scene.mark();
  await scene.deleteSet(name);
  await scene.untilStory(6);
  await scene.until('the set is gone', () => scene.set(name) === undefined);
  expect([...scene.claims().values()].flatMap(({ metadata }) => metadata.ownerReferences ?? [])).toEqual([]);
  await scene.settle();
  expect([...scene.claims().keys()]).toEqual(claims);
});

scenario('S10: who does not want the order any more gets the set away at once', async (scene) => {
  await scene.apply(annotatedPods(await ordered(scene)));
  await scene.untilSettled(name);
  await scene.deleteSet(name, '--wait=false');
  await scene.until('the first pod leaves', () => scene.story().includes(`leaving ${name}-2`));
  await scene.kubectl(['annotate', scene.kind, name, '--overwrite', 'ordinal.dev/ordered-deletion=false']);
  await scene.until('the set is gone', () => scene.set(name) === undefined, 8_000);
});

/** Pods that take longer to end than the test has patience. */
function annotatedPods(objects: Manifest[]): Manifest[] {
  return withPods(objects, { 'sandbox.ordinal.dev/terminate-after': '20s' });
}

scenario('S10: a native set that does not ask for an order just goes (SS-109, SS-126)', async (scene) => {
  await scene.apply(withoutClusterWide(await scene.example('s10-ordered-deletion')));
  await scene.untilSettled(name);
  if (scene.native) expect(scene.set(name)?.metadata).not.toHaveProperty('finalizers');
  else expect(scene.set(name)?.metadata).toMatchObject({ finalizers: ['ordinal.dev/ordered-deletion'] });
  scene.mark();
  await scene.deleteSet(name);
  await scene.untilStory(6);
  const inOrder = pods.flatMap((pod) => [`leaving ${pod}`, `gone ${pod}`]);
  if (scene.native) expect(scene.story().toSorted()).toEqual(inOrder.toSorted());
  else expect(scene.story()).toEqual(inOrder);
  await scene.settle();
  expect(scene.pods().size).toBe(0);
});

scenario(
  'S10: a namespace that goes takes its pods in any order, and is not kept by the order of a set',
  async (scene) => {
    await scene.apply(await ordered(scene));
    await scene.untilSettled(name);
    scene.mark();
    await scene.kubectl(['delete', 'namespace', scene.namespace, '--wait=false']);
    await scene.untilStory(6);
    expect(scene.story().toSorted()).toEqual(pods.flatMap((pod) => [`gone ${pod}`, `leaving ${pod}`]).toSorted());
    await scene.until('the set is gone', () => scene.set(name) === undefined);
  },
);

scenario('S10: in the foreground the collector takes all pods, and the set goes (SS-110, SS-126)', async (scene) => {
  await scene.apply(await ordered(scene));
  await scene.untilSettled(name);
  await scene.deleteSet(name, '--cascade=foreground', '--timeout=30s');
  await scene.until('all is gone', () => scene.set(name) === undefined && scene.pods().size === 0);
});
