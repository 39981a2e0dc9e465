import { expect } from 'vitest';
import { backup, type Kind, restore } from '../support/backup.ts';
import { type Manifest, withSpec } from '../support/example.ts';
import { imageOf } from '../support/objects.ts';
import { scenario } from '../support/scenario.ts';
import { Scene } from '../support/scene.ts';

interface Revision {
  readonly metadata: {
    readonly name: string;
    readonly ownerReferences?: readonly { readonly uid: string; readonly controller?: boolean }[];
  };
  readonly revision: number;
}

/** A cluster that knows the objects and nothing else: a namespace that no status and no workflow was ever of. */
async function restored(from: Scene, kinds: readonly Kind[], play: (scene: Scene) => Promise<void>): Promise<void> {
  const saved = [];
  for (const kind of kinds) saved.push(...(await backup(from, kind)));
  const scene = await Scene.open(from.target, 'restored', { flavour: from.flavour });
  try {
    await restore(scene, saved);
    await play(scene);
  } finally {
    await scene.close();
  }
}

/** A set of three with a history of two revisions, all at the second, or, with a partition, the highest only. */
async function setWithHistory(scene: Scene, partition = 0): Promise<void> {
  const updateStrategy = { type: 'RollingUpdate', rollingUpdate: { partition } };
  await scene.apply(withSpec(await scene.example('s06-scale'), { replicas: 3, updateStrategy }));
  await scene.untilSettled('web', 60_000);
  await scene.patchImage('web', 'nginx:latest');
  await (partition === 0
    ? scene.untilSettled('web', 60_000)
    : scene.until('the highest is updated', () => isReady(scene) && scene.set('web')?.status?.updatedReplicas === 1));
}

const isReady = (scene: Scene) =>
  scene.set('web')?.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ||
  (scene.set('web')?.status?.availableReplicas === 3 && scene.pods().size === 3);

async function revisionsOf(scene: Scene): Promise<readonly Revision[]> {
  const text = await scene.kubectl(['get', 'controllerrevision', '-o', 'json', '-l', 'app=nginx']);
  const { items } = JSON.parse(text) as { readonly items: readonly Revision[] };
  return items.toSorted((a, b) => a.revision - b.revision);
}

const named = (revisions: readonly Revision[]) => revisions.map(({ metadata: { name }, revision }) => [name, revision]);
const uids = (objects: ReadonlyMap<string, { readonly metadata: { readonly uid?: string } }>) =>
  [...objects].map(([name, { metadata }]) => `${name} ${metadata.uid}`).toSorted();

scenario(
  'restored from a backup without status: pods are adopted as they are, and the history is the old one',
  async (scene) => {
    await setWithHistory(scene);
    const former = await revisionsOf(scene);
    expect(former).toHaveLength(2);
    await restored(scene, ['claims', 'pods', 'revisions', 'sets'], async (copy) => {
      const settled = await copy.untilSettled('web', 90_000);
      expect(settled.status?.currentRevision).toBe(former[1]?.metadata.name);
      expect(copy.story().filter((moment) => /^(leaving|gone)/.test(moment))).toEqual([]);
      expect(copy.story().filter((moment) => moment.startsWith('created'))).toHaveLength(3);
      const revisions = await revisionsOf(copy);
      expect(named(revisions)).toEqual(named(former));
      const owned = { ownerReferences: [expect.objectContaining({ uid: settled.metadata.uid, controller: true })] };
      for (const { metadata } of [...revisions, ...copy.pods().values()]) expect(metadata).toMatchObject(owned);

      const claims = uids(copy.claims());
      await copy.rollout('undo', 'web');
      await copy.untilSettled('web', 90_000);
      expect([...copy.pods().values()].map(imageOf)).toEqual(Array(3).fill('nginx:1.27'));
      expect(uids(copy.claims())).toEqual(claims);
    });
  },
  { timeoutMs: 240_000 },
);

scenario(
  'restored without pods: they come in order, at the revision of the set, with the claims that are there',
  async (scene) => {
    await setWithHistory(scene);
    const former = await revisionsOf(scene);
    await restored(scene, ['claims', 'revisions', 'sets'], async (copy) => {
      const claims = uids(copy.claims());
      expect(claims).toHaveLength(3);
      await copy.untilSettled('web', 90_000);
      expect(copy.story()).toEqual([0, 1, 2].flatMap((i) => [`created web-${i}`, `ready web-${i}`]));
      expect([...copy.pods().values()].map(imageOf)).toEqual(Array(3).fill('nginx:latest'));
      expect(uids(copy.claims())).toEqual(claims);
      expect(named(await revisionsOf(copy))).toEqual(named(former));
    });
  },
  { timeoutMs: 240_000 },
);

scenario(
  'restored in the middle of a canary: the pods below the partition stay at their revision',
  async (scene) => {
    await setWithHistory(scene, 2);
    await restored(scene, ['claims', 'pods', 'revisions', 'sets'], async (copy) => {
      const { generation } = (await copy.getSet('web')).metadata;
      await copy.until(
        'it is looked at, and all are adopted',
        () =>
          copy.set('web')?.status?.observedGeneration === generation &&
          copy.set('web')?.status?.availableReplicas === 3 &&
          copy.set('web')?.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True'),
        90_000,
      );
      expect(copy.story().filter((moment) => /^(leaving|gone)/.test(moment))).toEqual([]);
      const images = [0, 1, 2].map((i) => imageOf(copy.pods().get(`web-${i}`)));
      expect(images).toEqual(['nginx:1.27', 'nginx:1.27', 'nginx:latest']);
    });
  },
  { timeoutMs: 240_000 },
);

scenario(
  'a set restored from a backup, without its status and revisions, touches no pod, in mid-canary too',
  async (scene) => {
    await scene.apply(await scene.example('s04-partition-canary'));
    await scene.untilSettled('web');
    await scene.patchImage('web', 'nginx:latest');
    await scene.until('the canary is through', () => {
      const { status } = scene.set('web') ?? {};
      return status?.updatedReplicas === 4 && status.availableReplicas === 6;
    });
    const { apiVersion, kind, metadata, spec } = (await scene.getSet('web')) as unknown as Manifest;
    const uids = () => new Map([...scene.pods()].map(([name, { metadata }]) => [name, metadata.uid]));
    const before = uids();
    scene.mark();

    await scene.deleteSet('web', '--cascade=orphan', '--timeout=30s');
    await scene.until('the set is gone', () => scene.set('web') === undefined);
    await scene.kubectl(['delete', 'controllerrevisions', '--all', '--timeout=30s']);
    const { name, namespace } = metadata;
    await scene.apply([
      { apiVersion, kind, metadata: { name, ...(namespace !== undefined && { namespace }) }, spec: spec ?? {} },
    ]);
    const owners = () => [...scene.pods().values()].map(({ metadata }) => metadata.ownerReferences?.[0]?.uid);
    await scene.until('all pods are adopted, and the status is made anew', () => {
      const set = scene.set('web');
      return set?.status?.updatedReplicas === 4 && owners().every((owner) => owner === set.metadata.uid);
    });
    await scene.settle();
    expect(uids()).toEqual(before);
    expect(scene.story()).toEqual([]);
  },
);
