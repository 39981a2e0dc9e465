import { expect } from 'vitest';
import { withPods, withSpec } from '../support/example.ts';
import { scenario } from '../support/scenario.ts';
import type { Scene } from '../support/scene.ts';

for (const whenDeleted of ['Retain', 'Delete'] as const) {
  for (const whenScaled of ['Retain', 'Delete'] as const) {
    const name = `${whenDeleted}-${whenScaled}`.toLowerCase();
    scenario(`S15: whenDeleted ${whenDeleted}, whenScaled ${whenScaled} (SS-39)`, async (scene) => {
      const objects = await scene.example('s15-claim-retention');
      await scene.apply(objects.filter(({ kind, metadata }) => kind === 'Service' || metadata.name === name));
      await scene.untilSettled(name);
      const claims = () => [...scene.claims()].map(([claim, { metadata }]) => ({ claim, uid: metadata.uid }));
      const all = [0, 1, 2].map((i) => `www-${name}-${i}`);
      const names = () =>
        claims()
          .map(({ claim }) => claim)
          .toSorted();
      const before = new Map(claims().map(({ claim, uid }) => [claim, uid]));
      expect(names()).toEqual(all);

      await scene.scale(name, 1);
      await scene.untilSettled(name);
      if (whenScaled === 'Delete') await scene.until('two claims are gone', () => scene.claims().size === 1);
      await scene.settle();
      expect(names()).toEqual(whenScaled === 'Delete' ? all.slice(0, 1) : all);

      await scene.scale(name, 3);
      await scene.untilSettled(name);
      expect(names()).toEqual(all);
      const kept = claims().filter(({ claim, uid }) => before.get(claim) === uid);
      expect(kept.map(({ claim }) => claim).toSorted()).toEqual(whenScaled === 'Delete' ? all.slice(0, 1) : all);

      await scene.deleteSet(name, '--cascade=foreground', '--timeout=30s');
      await scene.until('the pods are gone', () => scene.pods().size === 0);
      if (whenDeleted === 'Delete') await scene.until('the claims are gone', () => scene.claims().size === 0);
      await scene.settle();
      expect(names()).toEqual(whenDeleted === 'Delete' ? [] : all);
    });
  }
}

scenario('S15: the policy may change at any time (SS-16, SS-39)', async (scene) => {
  const name = 'retain-retain';
  const objects = await scene.example('s15-claim-retention');
  await scene.apply(objects.filter(({ kind, metadata }) => kind === 'Service' || metadata.name === name));
  await scene.untilSettled(name);
  const policy = { persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain', whenScaled: 'Delete' } };
  await scene.patchSpec(name, { ...policy, replicas: 2 });
  await scene.until('a claim is gone', () => scene.claims().size === 2);
  expect([...scene.claims().keys()]).toEqual([`www-${name}-0`, `www-${name}-1`]);
  await scene.untilSettled(name);
});

const slow = { 'sandbox.ordinal.dev/terminate-after': '2s' };
const retentionOf = (whenScaled: 'Retain' | 'Delete') => ({
  persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain', whenScaled },
});
const ownersOf = (scene: Scene, claim: string) =>
  (scene.claims().get(claim)?.metadata.ownerReferences ?? []).map(({ kind }) => kind);

/** A settled set of three with a claim each, whose pods take their time to go. */
async function startSlow(scene: Scene, spec: Record<string, unknown>): Promise<void> {
  const objects = await scene.example('s15-claim-retention');
  const chosen = objects.filter(({ kind, metadata }) => kind === 'Service' || metadata.name === 'retain-retain');
  await scene.apply(withSpec(withPods(chosen, slow), spec));
  await scene.untilSettled('retain-retain');
}

scenario(
  'S15: claims of a parallel set that is scaled in and straight out again stay (SS-39, SS-71)',
  async (scene) => {
    await startSlow(scene, { podManagementPolicy: 'Parallel', ...retentionOf('Delete') });
    const uids = () => [...scene.claims().values()].map(({ metadata }) => metadata.uid).toSorted();
    const before = uids();
    const claim = 'www-retain-retain-2';
    await scene.scale('retain-retain', 0);
    await scene.until('the claims are the pods’', () => ownersOf(scene, claim).includes('Pod'));
    await scene.scale('retain-retain', 3);
    await scene.until('the claims are the set’s again', () => ownersOf(scene, claim).length === 0);
    await scene.untilSettled('retain-retain');
    await scene.settle();
    expect(uids()).toEqual(before);
  },
);

scenario('S15: the claim of a pod that is going follows a change of the policy (SS-39)', async (scene) => {
  await startSlow(scene, retentionOf('Delete'));
  const claim = 'www-retain-retain-2';
  await scene.scale('retain-retain', 2);
  await scene.until('the claim is the pod’s', () => ownersOf(scene, claim).includes('Pod'));
  await scene.patchSpec('retain-retain', retentionOf('Retain'));
  await scene.untilSettled('retain-retain');
  await scene.settle();
  expect([...scene.claims().keys()]).toContain(claim);
});

scenario(
  'S15: a pod that was going already takes its claim with it when it turns out to be too many (SS-39)',
  async (scene) => {
    await startSlow(scene, retentionOf('Delete'));
    await scene.kubectl(['delete', 'pod', 'retain-retain-2', '--wait=false']);
    await scene.scale('retain-retain', 2);
    await scene.until('the claim is gone', () => scene.claims().size === 2);
    await scene.untilSettled('retain-retain');
  },
);

scenario('S15: the policy is followed while the set is paused (SS-39)', async (scene) => {
  await startSlow(scene, { persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Delete', whenScaled: 'Retain' } });
  const claim = 'www-retain-retain-0';
  await scene.until('the claim is the set’s', () => ownersOf(scene, claim).length > 0);
  await scene.ordinal(['pause', `${scene.native ? 'sts' : 'osts'}/retain-retain`]);
  await scene.patchSpec('retain-retain', retentionOf('Retain'));
  await scene.until('the claim is nobody’s', () => ownersOf(scene, claim).length === 0);
});

for (const [claims, before] of [
  ['Retain', 'delete-retain'],
  ['Delete', 'retain-retain'],
] as const) {
  scenario(
    `S15: \`ordinal delete --claims ${claims}\` holds against the policy that the set has (SS-39, SS-45)`,
    async (scene) => {
      const objects = await scene.example('s15-claim-retention');
      await scene.apply(objects.filter(({ kind, metadata }) => kind === 'Service' || metadata.name === before));
      await scene.untilSettled(before);
      const uids = () => [...scene.claims().values()].map(({ metadata }) => metadata.uid).toSorted();
      const former = uids();
      expect(former).toHaveLength(3);
      await scene.ordinal([
        'delete',
        `${scene.native ? 'sts' : 'osts'}/${before}`,
        '--claims',
        claims,
        '--timeout',
        '60s',
      ]);
      await scene.until('the pods are gone', () => scene.set(before) === undefined && scene.pods().size === 0);
      if (claims === 'Delete') {
        // The garbage collector of a cluster that has just begun does not know our kind yet.
        await scene.until('the claims are gone', () => scene.claims().size === 0, 90_000);
        return;
      }
      const owners = [...scene.claims().values()].flatMap(({ metadata }) => metadata.ownerReferences ?? []);
      expect(owners).toEqual([]);
      await scene.settle();
      expect(uids()).toEqual(former);
    },
  );
}
