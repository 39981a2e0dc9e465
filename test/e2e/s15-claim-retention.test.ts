import { expect } from 'vitest';
import { scenario } from '../support/scenario.ts';

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
