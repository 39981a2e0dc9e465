import { expect } from 'vitest';
import { aClaimTemplate, aSet } from '../support/a-set.ts';
import type { Manifest } from '../support/example.ts';
import { recordedEvents } from '../support/recorded-events.ts';
import { scenario } from '../support/scenario.ts';
import type { Scene } from '../support/scene.ts';

const native = { of: 'apps/v1' } as const;

const aClaim = (name: string, metadata: object = {}): Manifest => ({
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: { name, ...metadata },
  spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
});

const withClaims = (pod: object = {}, spec: object = {}): Manifest =>
  aSet('web', pod, 'nginx:1', { volumeClaimTemplates: [aClaimTemplate('data')], ...spec });

async function messages(scene: Scene, type: 'Normal' | 'Warning'): Promise<readonly string[]> {
  const events = (await recordedEvents(scene, 'web')).filter((event) => event.type === type);
  return events.map(({ reason, message }) => `${reason}: ${message}`);
}

async function untilTold(scene: Scene, type: 'Normal' | 'Warning', text: RegExp): Promise<void> {
  await expect.poll(() => messages(scene, type), { timeout: 20_000 }).toContainEqual(expect.stringMatching(text));
}

function version(object: { readonly metadata: { readonly resourceVersion?: string } } | undefined): number {
  return Number(object?.metadata.resourceVersion);
}

scenario(
  'a pod is created when all of its claims are there, and not before (SS-35, SS-37, SS-105, SS-106)',
  async (scene) => {
    const quota: Manifest = {
      apiVersion: 'v1',
      kind: 'ResourceQuota',
      metadata: { name: 'no-gold' },
      spec: { hard: { 'gold.storageclass.storage.k8s.io/persistentvolumeclaims': '0' } },
    };
    const volumeClaimTemplates = [aClaimTemplate('data'), aClaimTemplate('gold', { storageClassName: 'gold' })];
    await scene.apply([quota]);
    await scene.kubectl(['wait', 'resourcequota/no-gold', '--for=jsonpath={.status.hard}', '--timeout=20s']);
    // Volumes of class gold are provisioned by nobody: the pod stays Pending, which is all that is asked here.
    await scene.apply([aSet('web', {}, 'nginx:1', { volumeClaimTemplates })]);
    await untilTold(
      scene,
      'Warning',
      /^FailedCreate: create Claim gold-web-0 for Pod web-0 in StatefulSet web failed error: .*exceeded quota/,
    );
    await untilTold(scene, 'Warning', /^FailedCreate: create Pod web-0 in StatefulSet web failed error: /);
    await untilTold(
      scene,
      'Normal',
      /^SuccessfulCreate: create Claim data-web-0 Pod web-0 in StatefulSet web success$/,
    );
    expect([...scene.claims().keys()]).toEqual(['data-web-0']);
    expect(scene.story()).toEqual([]);
    await scene.kubectl(['delete', 'resourcequota', 'no-gold']);
    const pod = await scene.until('the pod is created', () => scene.pods().get('web-0'));
    const first = (name: string) =>
      version(scene.events.find(({ type, object }) => type === 'ADDED' && object.metadata.name === name)?.object);
    expect(first('gold-web-0')).toBeLessThan(first('web-0'));
    expect(pod.metadata.name).toBe('web-0');
  },
  native,
);

scenario(
  'a claim that is being deleted holds its pod back, and says so (SS-36)',
  async (scene) => {
    await scene.apply([aClaim('data-web-0', { finalizers: ['example.com/hold'] })]);
    const former = await scene.until('the claim', () => scene.claims().get('data-web-0')?.metadata.uid);
    await scene.kubectl(['delete', 'pvc', 'data-web-0', '--wait=false']);
    await scene.apply([withClaims()]);
    await untilTold(
      scene,
      'Warning',
      /^FailedCreate: create Pod web-0 .* claim data-web-0 of pod web-0 is being deleted/,
    );
    await scene.settle();
    expect(scene.story()).toEqual([]);
    await scene.kubectl(['patch', 'pvc', 'data-web-0', '--type=merge', '-p', '{"metadata":{"finalizers":[]}}']);
    await scene.untilSettled('web');
    expect(scene.claims().get('data-web-0')?.metadata.uid).not.toBe(former);
  },
  native,
);

scenario(
  'a claim that a Pending pod has lost is made again, and its pod is left alone (SS-38)',
  async (scene) => {
    await scene.apply([withClaims({ nodeSelector: { 'no-such': 'node' } })]);
    const pod = await scene.until('the pod', () => scene.pods().get('web-0')?.metadata.uid);
    const former = await scene.until('the claim', () => scene.claims().get('data-web-0')?.metadata.uid);
    await scene.kubectl(['delete', 'pvc', 'data-web-0', '--timeout=20s']);
    await scene.until('another claim of the name', () => {
      const uid = scene.claims().get('data-web-0')?.metadata.uid;
      return uid !== undefined && uid !== former;
    });
    expect(scene.pods().get('web-0')?.metadata.uid).toBe(pod);
    expect(scene.story()).toEqual(['created web-0']);
  },
  native,
);

scenario(
  'a claim of another controller is left alone, and an event says so (SS-42, SS-107)',
  async (scene) => {
    await scene.apply([{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'owner' } }]);
    const uid = await scene.kubectl(['get', 'configmap', 'owner', '-o', 'jsonpath={.metadata.uid}']);
    const owner = { apiVersion: 'v1', kind: 'ConfigMap', name: 'owner', uid: uid.trim(), controller: true };
    await scene.apply([aClaim('data-web-0', { ownerReferences: [owner] })]);
    const persistentVolumeClaimRetentionPolicy = { whenDeleted: 'Delete', whenScaled: 'Delete' };
    await scene.apply([withClaims({}, { replicas: 2, persistentVolumeClaimRetentionPolicy })]);
    await scene.untilSettled('web');
    await untilTold(
      scene,
      'Warning',
      /^ConflictingController: PersistentVolumeClaim data-web-0 is controlled by ConfigMap owner: the retention policy is ignored/,
    );
    const conflicts = (await messages(scene, 'Warning')).filter((message) =>
      message.startsWith('ConflictingController'),
    );
    expect(conflicts).toHaveLength(1);
    const owners = (name: string) =>
      scene
        .claims()
        .get(name)
        ?.metadata.ownerReferences?.map(({ kind }) => kind);
    await scene.until('the other claim follows the policy', () => owners('data-web-1')?.[0] === 'StatefulSet');
    expect(owners('data-web-0')).toEqual(['ConfigMap']);
  },
  native,
);
