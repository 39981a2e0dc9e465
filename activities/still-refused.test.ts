import { afterEach, expect, test } from 'vitest';
import type { Pending } from '../kube/scripted-server.fixture.ts';
import { aPod, aRevision, aSet } from '../model/objects.fixture.ts';
import { aRig, type Rig } from './rig.fixture.ts';
import { isStillRefused } from './still-refused.ts';

let rig: Rig;
afterEach(() => rig.close());

const refusal = { type: 'ReplicaFailure', status: 'True' } as const;
const asked = () => rig.calls().filter((call) => call.startsWith('POST') || call.startsWith('DELETE'));

/** A `Parallel` set of 20 whose last act was refused, with a pod too many or without any, and a server that says no to creates. */
async function refusing(message: string, ...condemned: readonly number[]): Promise<void> {
  const set = aSet({ replicas: 20, podManagementPolicy: 'Parallel' }, { replicas: 0, conditions: [refusal] });
  const revision = aRevision(set, 1);
  const pods = condemned.map((ordinal) => aPod(set, ordinal, { revision: revision.metadata.name }));
  rig = await aRig(set, revision, ...pods);
  rig.api.intercept = (call: Pending) => {
    if (call.method === 'POST') call.status(403, 'Forbidden', { message });
    return call.method === 'POST';
  };
}

test('what a quota refuses is asked for one pod, not for each', async () => {
  await refusing('pods "web-0" is forbidden: exceeded quota: few');
  expect(await isStillRefused(rig.dependencies, rig.key)).toBe(true);
  expect(asked()).toEqual(['POST pods']);
});

test('a webhook may refuse one pod and let another pass: each is asked', async () => {
  await refusing('admission webhook "w.example.com" denied the request: not this one');
  expect(await isStillRefused(rig.dependencies, rig.key)).toBe(true);
  expect(asked()).toHaveLength(20);
});

test('what else may be done is asked all the same', async () => {
  await refusing('pods "web-0" is forbidden: exceeded quota: few', 20);
  expect(await isStillRefused(rig.dependencies, rig.key)).toBe(false);
  expect(asked()).toEqual(['POST pods', 'DELETE pods/web-20']);
});
