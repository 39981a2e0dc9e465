import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aPod, aSet, aTemplate } from './objects.fixture.ts';
import {
  claimName,
  controllerOf,
  hasIdentity,
  hasStorage,
  identityPatch,
  newClaim,
  newPod,
  parsePodName,
  podName,
} from './identity.ts';
import type { ClaimTemplate } from './objects.ts';

const disk: ClaimTemplate = {
  metadata: { name: 'disk', labels: { app: 'other', tier: 'db' }, annotations: { note: 'fast' } },
  spec: { accessModes: ['ReadWriteOnce'] },
};

describe('names', () => {
  it.each([
    ['web-0', { prefix: 'web', ordinal: 0 }],
    ['my-web-12', { prefix: 'my-web', ordinal: 12 }],
    ['web-1-2', { prefix: 'web-1', ordinal: 2 }],
    ['web-01', { prefix: 'web', ordinal: 1 }],
    ['web-2147483647', { prefix: 'web', ordinal: 2147483647 }],
    ['web-2147483648', { prefix: 'web', ordinal: -1 }],
    ['web-', undefined],
    ['web', undefined],
    ['web-1a', undefined],
    ['7', undefined],
  ])('SS-24: parses %s at its last dash, into an int32', (name, expected) => {
    expect(parsePodName(name)).toEqual(expected);
  });

  it('SS-23, SS-24: parses what it names', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z][a-z0-9-]{0,20}$/), fc.nat(2 ** 31 - 1), (name, ordinal) => {
        const set = aSet({}, undefined, { name });
        expect(parsePodName(podName(set, ordinal))).toEqual({ prefix: name, ordinal });
      }),
    );
  });

  it('SS-33: names a claim after template, set and ordinal', () => {
    expect(claimName(disk, aSet(), 4)).toBe('disk-web-4');
  });
});

describe('newPod', () => {
  const template = {
    metadata: {
      labels: { app: 'web', 'controller-revision-hash': 'forged' },
      annotations: { a: 'b' },
      finalizers: ['x/y'],
      creationTimestamp: null,
    },
    spec: {
      ...aTemplate().spec,
      hostname: 'mine',
      subdomain: 'mine',
      priorityClassName: 'high',
      volumes: [
        { name: 'tmp', emptyDir: {} },
        { name: 'disk', emptyDir: {} },
      ],
    },
  };
  const set = aSet({ serviceName: 'peers', volumeClaimTemplates: [{ ...disk, metadata: { name: 'log' } }, disk] });
  const made = () => newPod({ set, revision: 'web-75f9', template, ordinal: 2 });

  it('SS-27, SS-29: labels it with its name, its index and the full name of its revision', () => {
    const { metadata } = made();
    expect(metadata.labels).toEqual({
      app: 'web',
      'statefulset.kubernetes.io/pod-name': 'web-2',
      'apps.kubernetes.io/pod-index': '2',
      'controller-revision-hash': 'web-75f9',
    });
    expect(metadata).toMatchObject({ name: 'web-2', namespace: 'shop', generateName: 'web-' });
    expect(metadata).toMatchObject({ annotations: { a: 'b' }, finalizers: ['x/y'] });
  });

  it('SS-26: overwrites hostname and subdomain', () => {
    expect(made().spec).toMatchObject({ hostname: 'web-2', subdomain: 'peers', priorityClassName: 'high' });
    expect(newPod({ set: aSet(), revision: 'r', template, ordinal: 0 }).spec).not.toHaveProperty('subdomain');
  });

  it('SS-59: takes the template of a former revision, and everything else from the set as it is now', () => {
    const live = aSet({ serviceName: 'moved', volumeClaimTemplates: [{ metadata: { name: 'later' }, spec: {} }] });
    const former = newPod({ set: live, revision: 'web-old', template: aTemplate('web:old'), ordinal: 1 });
    expect(former.metadata.labels?.['controller-revision-hash']).toBe('web-old');
    expect(former.spec).toMatchObject({
      containers: [{ image: 'web:old' }],
      subdomain: 'moved',
      volumes: [{ name: 'later', persistentVolumeClaim: { claimName: 'later-web-1' } }],
    });
  });

  it.each(['apps/v1', 'ordinal.dev/v1'])('SS-30: makes a set of %s its controller', (apiVersion) => {
    const owned = newPod({ set: { ...set, apiVersion }, revision: 'r', template, ordinal: 0 });
    const reference = { apiVersion, kind: 'StatefulSet', name: 'web', uid: 'set-uid' };
    expect(owned.metadata.ownerReferences).toEqual([{ ...reference, controller: true, blockOwnerDeletion: true }]);
    expect(controllerOf(owned.metadata)?.uid).toBe('set-uid');
  });

  it('SS-31: mounts the claims first, in the order of their templates, and lets a claim win over a volume', () => {
    expect(made().spec.volumes).toEqual([
      { name: 'log', persistentVolumeClaim: { claimName: 'log-web-2' } },
      { name: 'disk', persistentVolumeClaim: { claimName: 'disk-web-2' } },
      { name: 'tmp', emptyDir: {} },
    ]);
  });

  it('SS-31: adds no list of volumes where there is none', () => {
    const bare = newPod({ set: aSet(), revision: 'r', template: { spec: aTemplate().spec }, ordinal: 0 });
    expect(bare.spec).not.toHaveProperty('volumes');
    expect(bare.metadata).not.toHaveProperty('annotations');
    expect(bare.metadata).not.toHaveProperty('finalizers');
  });
});

it('SS-34: lays the labels of the selector over those of the claim template, and sets no owner', () => {
  const selector = {
    matchLabels: { app: 'web' },
    matchExpressions: [{ key: 'zone', operator: 'Exists' as const }],
  };
  expect(newClaim({ set: aSet({ selector }), template: disk, ordinal: 1 })).toEqual({
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: {
      name: 'disk-web-1',
      namespace: 'shop',
      labels: { app: 'web', tier: 'db' },
      annotations: { note: 'fast' },
    },
    spec: { accessModes: ['ReadWriteOnce'] },
  });
  const held = { ...disk, metadata: { name: 'disk', finalizers: ['x/y'] } };
  const { metadata } = newClaim({ set: aSet(), template: held, ordinal: 1 });
  expect(metadata.finalizers).toEqual(['x/y']);
  expect(metadata).not.toHaveProperty('annotations');
});

describe('identity', () => {
  const set = aSet();
  const pod = aPod(set, 1);
  const named = (meta: object) => ({ ...pod, metadata: { ...pod.metadata, ...meta } });
  const wrongLabel = named({ labels: { ...pod.metadata.labels, 'statefulset.kubernetes.io/pod-name': 'web-7' } });
  const noIndex = named({ labels: { 'statefulset.kubernetes.io/pod-name': 'web-1' } });

  it.each([
    ['a pod as it was made', pod, true],
    ['another name label', wrongLabel, false],
    ['no labels', named({ labels: undefined }), false],
    ['a missing index label alone', noIndex, true],
    ['another namespace', named({ namespace: 'elsewhere' }), false],
    ['a name that is not canonical', named({ name: 'web-01' }), false],
    ['an ordinal beyond int32', named({ name: 'web-9999999999' }), false],
  ])('SS-28: %s', (_, candidate, expected) => {
    expect(hasIdentity(set, candidate)).toBe(expected);
  });

  it('SS-28: rewrites name and index together', () => {
    expect(identityPatch(set, wrongLabel)).toEqual({
      metadata: {
        labels: { 'statefulset.kubernetes.io/pod-name': 'web-1', 'apps.kubernetes.io/pod-index': '1' },
      },
    });
  });

  it('SS-28: has no patch for a healthy pod, nor for a name that cannot change', () => {
    expect(identityPatch(set, pod)).toBeUndefined();
    expect(identityPatch(set, named({ name: 'web-01' }))).toBeUndefined();
  });
});

describe('storage', () => {
  const set = aSet({ volumeClaimTemplates: [disk] });
  const withVolumes = (volumes: object[] | undefined) => {
    const pod = aPod(set, 1);
    return { ...pod, spec: { ...pod.spec, volumes: volumes as { name: string }[] } };
  };
  it.each([
    [
      'its claim among others',
      [{ name: 'x' }, { name: 'disk', persistentVolumeClaim: { claimName: 'disk-web-1' } }],
      true,
    ],
    ['the claim of another ordinal', [{ name: 'disk', persistentVolumeClaim: { claimName: 'disk-web-2' } }], false],
    ['no claim', [{ name: 'disk', emptyDir: {} }], false],
    ['no volume', [], false],
    ['no list of volumes', undefined, false],
  ])('SS-32: %s', (_, volumes, expected) => {
    expect(hasStorage(set, withVolumes(volumes))).toBe(expected);
  });

  it('SS-32: every claim counts, and a pod without a place has none', () => {
    const two = aSet({ volumeClaimTemplates: [disk, { ...disk, metadata: { name: 'log' } }] });
    const mounted = withVolumes([{ name: 'disk', persistentVolumeClaim: { claimName: 'disk-web-1' } }]);
    expect(hasStorage(two, mounted)).toBe(false);
    expect(hasStorage(aSet(), mounted)).toBe(true);
    const far = { ...mounted, metadata: { ...mounted.metadata, name: 'web-9999999999' } };
    expect(hasStorage(aSet(), far)).toBe(false);
    expect(hasStorage(aSet(), { ...mounted, metadata: { ...mounted.metadata, name: 'web' } })).toBe(false);
    expect(hasStorage(aSet(), { ...mounted, metadata: { ...mounted.metadata, name: 'web-0' } })).toBe(true);
  });
});
