import { afterEach, expect, test } from 'vitest';
import { aPod, aSet } from '../model/objects.fixture.ts';
import { doChore } from './do-chore.ts';
import { aRig, type Rig } from './rig.fixture.ts';

let rig: Rig;
afterEach(() => rig.close());

const set = aSet({ volumeClaimTemplates: [{ metadata: { name: 'data' }, spec: {} }] });
const orphan = aPod(aSet(), 0, { meta: { ownerReferences: [] } });
const signal = new AbortController().signal;

async function adopt(): Promise<void> {
  const look = rig.dependencies.planner.look(rig.key);
  if (look === undefined) throw new Error('no set');
  await doChore(rig.dependencies, rig.key, look, { kind: 'adopt-pod', pod: orphan }, signal);
}

const writes = () => rig.calls().filter((call) => !call.startsWith('GET'));

test('an orphan is adopted after the set was read afresh (SS-100)', async () => {
  rig = await aRig(set, orphan);
  await adopt();
  expect(rig.calls()).toEqual(['GET statefulsets/web', 'PATCH pods/web-0']);
});

test('nothing is adopted for a set that the server does not have any more, or not this one (SS-100)', async () => {
  for (const uid of [undefined, 'another']) {
    rig = await aRig(set, orphan);
    rig.api.intercept = (call) => {
      if (call.method !== 'GET' || !call.path.endsWith('/web')) return false;
      if (uid === undefined) call.status(404, 'NotFound');
      else call.json({ ...set, metadata: { ...set.metadata, uid } });
      return true;
    };
    await adopt();
    expect(writes()).toEqual([]);
    if (uid === undefined) await rig.close();
  }
});

test('a pod that does not mount the claims of its ordinal is adopted, and an event says so (SS-32)', async () => {
  rig = await aRig(set, orphan);
  await adopt();
  expect(rig.told).toEqual([
    'Warning FailedUpdate: update Pod web-0 in StatefulSet web failed error: it was adopted as it is, but does not mount the claims of its ordinal: delete it to have it created with them',
  ]);
});
