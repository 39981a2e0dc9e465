import { expect } from 'vitest';
import { annotated, withoutClusterWide } from '../support/example.ts';
import { scenario } from '../support/scenario.ts';

const name = 'statefulset-test';

for (const [kind, orderedDeletion] of [
  ['that deletes in order', 'true'],
  ['as it is', 'false'],
] as const) {
  scenario(`S10: orphans of a set ${kind} stay, and a set of the name adopts them (SS-111, SS-126)`, async (scene) => {
    const example = withoutClusterWide(await scene.example('s10-ordered-deletion'));
    const objects = annotated(example, { 'ordinal.dev/ordered-deletion': orderedDeletion });
    await scene.apply(objects);
    await scene.untilSettled(name);
    const uids = () => [...scene.pods().values()].map(({ metadata }) => metadata.uid);
    const owners = () => [...scene.pods().values()].map(({ metadata }) => metadata.ownerReferences?.[0]?.uid);
    const before = uids();
    scene.mark();

    await scene.deleteSet(name, '--cascade=orphan', '--timeout=30s');
    await scene.until('the set is gone', () => scene.set(name) === undefined);
    await scene.settle();
    expect(owners()).toEqual([undefined, undefined, undefined]);

    await scene.apply(objects);
    const { metadata } = await scene.untilSettled(name);
    await scene.until('all are adopted', () => owners().every((owner) => owner === metadata.uid));
    expect(uids()).toEqual(before);
    expect(scene.story()).toEqual([]);
  });
}
