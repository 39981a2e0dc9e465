import { expect } from 'vitest';
import { aSet } from '../support/a-set.ts';
import type { Manifest } from '../support/example.ts';
import { recordedEvents } from '../support/recorded-events.ts';
import { scenario } from '../support/scenario.ts';

const native = { of: 'apps/v1' } as const;

scenario(
  "events of pods, in upstream's words (SS-104)",
  async (scene) => {
    await scene.apply([aSet('web', {}, 'nginx:1', { replicas: 2 })]);
    await scene.untilSettled('web');
    await scene.kubectl(['scale', 'statefulset', 'web', '--replicas=1']);
    await scene.until('web-1 is gone', () => !scene.pods().has('web-1'));
    const told = async () =>
      (await recordedEvents(scene, 'web')).map(
        ({ source, type, reason, message }) => `${source.component} ${type} ${reason}: ${message}`,
      );
    await expect.poll(told, { timeout: 20_000 }).toHaveLength(3);
    expect((await told()).toSorted()).toEqual([
      'statefulset-controller Normal SuccessfulCreate: create Pod web-0 in StatefulSet web successful',
      'statefulset-controller Normal SuccessfulCreate: create Pod web-1 in StatefulSet web successful',
      'statefulset-controller Normal SuccessfulDelete: delete Pod web-1 in StatefulSet web successful',
    ]);
  },
  native,
);

scenario(
  'a refusal that repeats is one event that counts (SS-104, SS-108)',
  async (scene) => {
    const quota: Manifest = {
      apiVersion: 'v1',
      kind: 'ResourceQuota',
      metadata: { name: 'none' },
      spec: { hard: { pods: '0' } },
    };
    await scene.apply([quota]);
    await scene.kubectl(['wait', 'resourcequota/none', '--for=jsonpath={.status.hard}', '--timeout=20s']);
    await scene.apply([aSet('web')]);
    const failures = async () => (await recordedEvents(scene, 'web')).filter(({ reason }) => reason === 'FailedCreate');
    await expect.poll(async () => (await failures())[0]?.count ?? 0, { timeout: 20_000 }).toBeGreaterThan(2);
    const found = await failures();
    expect(found).toHaveLength(1);
    expect(found[0]?.message).toMatch(/^create Pod web-0 in StatefulSet web failed error: .*exceeded quota: none/);
  },
  native,
);

scenario(
  'a pod of somebody else that has the name is told by the condition, not as a failure to create (SS-101, SS-106)',
  async (scene) => {
    const squatter: Manifest = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'web-0' },
      spec: { containers: [{ name: 'web', image: 'nginx:1' }] },
    };
    await scene.apply([squatter]);
    await scene.apply([aSet('web')]);
    await scene.until('the set says so', () =>
      scene.set('web')?.status?.conditions?.some(({ type, reason }) => type === 'Stalled' && reason === 'NameTaken'),
    );
    expect((await recordedEvents(scene, 'web')).map(({ reason }) => reason)).not.toContain('FailedCreate');
    const uid = scene.pods().get('web-0')?.metadata.uid;
    await scene.kubectl(['label', 'pod', 'web-0', 'app=web']);
    await scene.until(
      'it is adopted',
      () => scene.pods().get('web-0')?.metadata.ownerReferences?.[0]?.kind === 'StatefulSet',
    );
    expect(scene.pods().get('web-0')?.metadata.uid).toBe(uid);
  },
  native,
);
