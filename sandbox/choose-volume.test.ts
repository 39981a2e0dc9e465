import { expect, test } from 'vitest';
import { chooseVolumes, classOf, fits, type Claim, type Volume } from './choose-volume.ts';

const volume = (name: string, spec: Volume['spec'] = {}, phase = 'Available'): Volume => ({
  metadata: { name, uid: name },
  spec: { accessModes: ['ReadWriteOnce'], capacity: { storage: '1Gi' }, ...spec },
  status: { phase },
});

const claim = (name: string, spec: Claim['spec'] = {}): Claim => ({
  metadata: { name, namespace: 'default', uid: `uid-${name}` },
  spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, ...spec },
});

const large = { resources: { requests: { storage: '2Gi' } } };

test.each<[string, Volume, Claim, boolean]>([
  ['same size, no class', volume('v'), claim('c'), true],
  ['a larger volume', volume('v', { capacity: { storage: '5Gi' } }), claim('c'), true],
  ['a smaller volume', volume('v'), claim('c', large), false],
  ['another class', volume('v', { storageClassName: 'fast' }), claim('c'), false],
  ['the same class', volume('v', { storageClassName: 'fast' }), claim('c', { storageClassName: 'fast' }), true],
  ['an access mode it lacks', volume('v'), claim('c', { accessModes: ['ReadWriteMany'] }), false],
  ['another mode', volume('v', { volumeMode: 'Block' }), claim('c'), false],
  [
    'released by another',
    volume('v', { claimRef: { namespace: 'default', name: 'x' } }, 'Released'),
    claim('c'),
    false,
  ],
  ['kept for this claim', volume('v', { claimRef: { namespace: 'default', name: 'c' } }), claim('c', large), true],
  [
    'kept for a former one',
    volume('v', { claimRef: { namespace: 'default', name: 'c', uid: 'x' } }),
    claim('c'),
    false,
  ],
  ['labels that it lacks', volume('v'), claim('c', { selector: { matchLabels: { disk: 'ssd' } } }), false],
])('%s', (_, volume, claim, expected) => {
  expect(fits(volume, claim)).toBe(expected);
});

test('the old class annotation wins, as upstream', () => {
  const annotated = claim('c', { storageClassName: 'slow' });
  const metadata = { ...annotated.metadata, annotations: { 'volume.beta.kubernetes.io/storage-class': 'fast' } };
  expect(classOf({ ...annotated, metadata })).toBe('fast');
});

test('three claims share three volumes; the fourth is for the provisioner', () => {
  const chosen = chooseVolumes(
    [0, 1, 2, 3].map((i) => claim(`c${i}`)),
    [0, 1, 2].map((i) => volume(`v${i}`)),
  );
  expect([...chosen.keys()]).toEqual(['uid-c0', 'uid-c1', 'uid-c2']);
});

test('when the binder deals them out in another order, still no claim goes away empty', () => {
  const volumes = [volume('v0'), volume('v1'), volume('v2', { claimRef: { namespace: 'default', name: 'c0' } })];
  const chosen = chooseVolumes([claim('c0'), claim('c1'), claim('c2')], volumes);
  expect([...chosen].map(([claim, { metadata }]) => [claim, metadata.name])).toEqual([
    ['uid-c0', 'v2'],
    ['uid-c1', 'v0'],
    ['uid-c2', 'v1'],
  ]);
});

test('a small claim leaves the large volume to a large claim', () => {
  const volumes = [volume('large', { capacity: { storage: '9Gi' } }), volume('small')];
  const chosen = chooseVolumes([claim('c0'), claim('c1', large)], volumes);
  expect(chosen.get('uid-c0')?.metadata.name).toBe('small');
  expect(chosen.get('uid-c1')?.metadata.name).toBe('large');
});
