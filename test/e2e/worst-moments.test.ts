import { expect } from 'vitest';
import { type Manifest, withPods, withSpec } from '../support/example.ts';
import { imageOf, type Pod } from '../support/objects.ts';
import { range, replaced } from '../support/ordinals.ts';
import { scenario } from '../support/scenario.ts';
import type { Scene } from '../support/scene.ts';

const [a, b, c] = ['nginx:a', 'nginx:b', 'nginx:c'];
const up = (...ordinals: readonly number[]) => ordinals.flatMap((i) => [`created web-${i}`, `ready web-${i}`]);
const down = (...ordinals: readonly number[]) => ordinals.flatMap((i) => [`leaving web-${i}`, `gone web-${i}`]);
const anew = (...ordinals: readonly number[]) => ordinals.flatMap((i) => replaced(`web-${i}`));
const all = (image: string, count: number) => range(0, count).map(() => image);
const images = (scene: Scene) =>
  [...scene.pods().values()].toSorted((x, y) => (x.metadata.name < y.metadata.name ? -1 : 1)).map(imageOf);
const told = (scene: Scene, moment: string) => scene.until(moment, () => scene.story().includes(moment));
const sideBySide = { sideBySide: true };

/** A set `web` at image A. Its pods take a moment to become Ready: there is a middle of things to speak in. */
async function web(scene: Scene, replicas: number, spec: Record<string, unknown> = {}): Promise<Manifest[]> {
  const objects = withSpec(await scene.example('s06-scale'), { replicas, ...spec });
  const atA = JSON.stringify(objects).replaceAll(/"image":"[^"]*"/g, `"image":"${a}"`);
  return withPods(JSON.parse(atA) as Manifest[], { 'sandbox.ordinal.dev/ready-after': '500ms' });
}

/** Pods that take a moment to go, too. */
function slowToGo(objects: readonly Manifest[], after = '500ms'): Manifest[] {
  return withPods(objects, { 'sandbox.ordinal.dev/terminate-after': after });
}

async function start(scene: Scene, objects: readonly Manifest[]): Promise<void> {
  await scene.apply(objects);
  await scene.untilSettled('web');
  scene.mark();
}

/** Changes the spec by a single call: kubectl would take longer than the moment lasts. */
async function change(scene: Scene, spec: object): Promise<void> {
  await scene.api.call('PATCH', scene.setPath('web'), { spec });
}

async function remove(scene: Scene, path: string): Promise<void> {
  await scene.api.call('DELETE', path);
}

/** The template with another image. */
function at(scene: Scene, image: string): { readonly template: object } {
  const set = scene.set('web') as { readonly spec: { readonly template?: { readonly spec: Pod['spec'] } } } | undefined;
  const containers = set?.spec.template?.spec.containers.map((container) => ({ ...container, image }));
  return { template: { spec: { containers } } };
}

scenario(
  'replicas change twice in the middle of a rollout: out first, then in, then it goes on (SS-73)',
  async (scene) => {
    await start(scene, await web(scene, 4));
    await change(scene, at(scene, b));
    await told(scene, 'created web-3');
    await change(scene, { replicas: 5 });
    await told(scene, 'created web-4');
    await change(scene, { replicas: 3 });
    await scene.untilSettled('web', 60_000);
    // Whether web-4 gets Ready in time is a matter of luck; it need not.
    const story = scene.story().filter((moment) => moment !== 'ready web-4');
    expect(story).toEqual([...anew(3), 'created web-4', ...down(4, 3), ...anew(2, 1, 0)]);
    expect(images(scene)).toEqual(all(b, 3));
  },
  sideBySide,
);

scenario(
  'the template changes in the middle of a scale-out: the rest comes at the new one, then the update (SS-73)',
  async (scene) => {
    await start(scene, await web(scene, 2));
    await change(scene, { replicas: 5 });
    await told(scene, 'created web-2');
    await change(scene, at(scene, b));
    await scene.untilSettled('web', 60_000);
    // As long as web-2 has never been Ready it serves nobody, and is replaced before the next one is made; else in its turn.
    const atOnce = ['created web-2', ...down(2), ...up(2, 3, 4), ...anew(1, 0)];
    const inTurn = [...up(2, 3, 4), ...anew(2, 1, 0)];
    expect([atOnce, inTurn]).toContainEqual(scene.story());
    expect(images(scene)).toEqual(all(b, 5));
  },
  sideBySide,
);

scenario(
  'the template changes in the middle of a scale-in: what is too many is not updated (SS-73, SS-90)',
  async (scene) => {
    await start(scene, slowToGo(await web(scene, 4)));
    await change(scene, { replicas: 2 });
    await told(scene, 'leaving web-3');
    await change(scene, at(scene, b));
    await scene.untilSettled('web', 60_000);
    expect(scene.story()).toEqual([...down(3, 2), ...anew(1, 0)]);
    expect(images(scene)).toEqual(all(b, 2));
  },
  sideBySide,
);

scenario(
  'another template while a pod of the former rollout is going: it comes back at the newer one (SS-87)',
  async (scene) => {
    await start(scene, slowToGo(await web(scene, 2), '2s'));
    await change(scene, at(scene, b));
    await told(scene, 'leaving web-1');
    await change(scene, at(scene, c));
    await scene.untilSettled('web', 60_000);
    expect(scene.story()).toEqual(anew(1, 0));
    expect(images(scene)).toEqual(all(c, 2));
  },
  sideBySide,
);

scenario(
  'the set is deleted in the middle of a rollout: what is on its way goes first, then the rest from the top',
  async (scene) => {
    await start(scene, scene.asking(await web(scene, 3), 'ordered-deletion'));
    // It never becomes Ready: the rollout stays in its middle.
    await change(scene, at(scene, 'nginx:unready'));
    await told(scene, 'created web-2');
    await remove(scene, scene.setPath('web'));
    await scene.until('all is gone', () => scene.set('web') === undefined && scene.pods().size === 0);
    expect(scene.story()).toEqual([...down(2), 'created web-2', ...down(2, 1, 0)]);
  },
  sideBySide,
);

scenario(
  'undo in the middle of a rollout: what is new goes back, what is old is left alone (SS-87)',
  async (scene) => {
    await start(scene, await web(scene, 4));
    await change(scene, at(scene, b));
    await told(scene, 'leaving web-2');
    await change(scene, at(scene, a));
    await scene.untilSettled('web', 60_000);
    const story = scene.story();
    const of = (pod: string) => story.filter((moment) => moment.endsWith(pod));
    expect(story.slice(0, 5)).toEqual([...anew(3), 'leaving web-2']);
    // Whether web-2 came back at B for a while is a matter of luck; web-3 did.
    expect(of('web-3')).toEqual(anew(3, 3));
    expect([...of('web-1'), ...of('web-0')]).toEqual([]);
    expect(images(scene)).toEqual(all(a, 4));
  },
  sideBySide,
);

scenario(
  'ordinals.start moves in the middle of a scale: what the new window wants comes first (SS-88, SS-89)',
  async (scene) => {
    await start(scene, slowToGo(await web(scene, 2, { ordinals: { start: 3 } })));
    await change(scene, { replicas: 4 });
    await told(scene, 'created web-5');
    await change(scene, { ordinals: { start: 5 } });
    await scene.untilSettled('web', 60_000);
    expect(scene.story()).toEqual([...up(5, 6, 7, 8), ...down(4, 3)]);
    scene.mark();

    await change(scene, { replicas: 2 });
    await told(scene, 'leaving web-8');
    await change(scene, { ordinals: { start: 4 } });
    await scene.untilSettled('web', 60_000);
    const story = scene.story();
    expect(story.toSorted()).toEqual([...down(8, 7, 6), ...up(4)].toSorted());
    for (const before of ['gone web-8', 'ready web-4'])
      expect(story.indexOf(before)).toBeLessThan(story.indexOf('leaving web-7'));
    expect(story.indexOf('gone web-7')).toBeLessThan(story.indexOf('leaving web-6'));
  },
  sideBySide,
);

scenario(
  'podManagementPolicy changes by a new set that adopts the pods of the former one (SS-70, SS-111)',
  async (scene) => {
    const objects = withPods(await web(scene, 2), { 'sandbox.ordinal.dev/ready-after': '2s' });
    await start(scene, objects);
    const before = [...scene.pods().values()].map(({ metadata }) => metadata.uid);
    await scene.deleteSet('web', '--cascade=orphan', '--timeout=60s');
    await scene.until('the set is gone', () => scene.set('web') === undefined);
    await scene.apply(withSpec(objects, { podManagementPolicy: 'Parallel', replicas: 5 }));
    const { metadata } = await scene.untilSettled('web');
    const pods = [...scene.pods().values()].map((pod) => pod.metadata);
    expect(pods.map(({ ownerReferences }) => ownerReferences?.[0]?.uid)).toEqual(range(0, 5).map(() => metadata.uid));
    expect(pods.map(({ uid }) => uid)).toEqual(expect.arrayContaining(before));
    // Three at once, as a parallel set does.
    expect(scene.story().slice(0, 3).toSorted()).toEqual(range(2, 5).map((i) => `created web-${i}`));
    expect(scene.story().slice(3).toSorted()).toEqual(range(2, 5).map((i) => `ready web-${i}`));
  },
  sideBySide,
);

scenario(
  'a canary of C as soon as A has become B: a pod lost below the partition comes back at B (SS-62, SS-98)',
  async (scene) => {
    await start(scene, await web(scene, 3));
    await change(scene, at(scene, b));
    await told(scene, 'ready web-0');
    // B is everywhere, and nobody may have written down yet that it is the current one.
    await change(scene, { ...at(scene, c), updateStrategy: { rollingUpdate: { partition: 2 } } });
    await remove(scene, `/api/v1/namespaces/${scene.namespace}/pods/web-0`);
    await scene.until('the canary is through', () => {
      const { status, metadata } = scene.set('web') ?? {};
      const isSeen = status?.observedGeneration === metadata?.generation;
      return isSeen && status?.availableReplicas === 3 && status.updatedReplicas === 1;
    });
    expect(images(scene)).toEqual([b, b, c]);
    const story = scene.story().slice(anew(2, 1, 0).length);
    expect(story.filter((moment) => moment.endsWith('web-0'))).toEqual(anew(0));
    expect(story.filter((moment) => moment.endsWith('web-2'))).toEqual(anew(2));
    expect(story).toHaveLength(8);
  },
  sideBySide,
);
