import { asyncLocalStorage } from '@temporalio/activity';
import { afterEach, expect, test } from 'vitest';
import { aPod, aRevision, aSet, aTemplate } from '../model/objects.fixture.ts';
import { completeOperation } from './complete.ts';
import { aRig, type Rig } from './rig.fixture.ts';

let rig: Rig;
afterEach(() => rig.close());

/** Does something as an activity does that nobody cancels. */
function inActivity(work: () => Promise<void>): Promise<void> {
  const context = { heartbeat: () => undefined, cancellationSignal: new AbortController().signal };
  return asyncLocalStorage.run(context as never, work);
}

test('the end of an operation is written also where the counts are those of before its beginning (SS-20)', async () => {
  const spec = { replicas: 3, template: aTemplate('web:2') };
  const [old, wanted] = [aRevision(aSet(spec), 1, aTemplate('web:1')), aRevision(aSet(spec), 2)];
  const set = aSet(spec, { replicas: 0, currentRevision: old.metadata.name });
  const revision = wanted.metadata.name;
  rig = await aRig(set, old, wanted, ...[0, 1, 2].map((ordinal) => aPod(set, ordinal, { revision })));
  const ref = { cluster: 'c', flavour: 'apps/v1', namespace: 'shop', name: 'web', uid: set.metadata.uid } as const;
  await inActivity(() => completeOperation(rig.dependencies, { set: ref, operation: 'rollout', revision, seen: {} }));
  const put = rig.api.server.calls.find(({ method }) => method === 'PUT');
  // More current replicas than replicas are refused by the API server.
  expect(JSON.parse(put?.body ?? '{}')).toMatchObject({
    status: { replicas: 3, currentReplicas: 3, currentRevision: revision },
  });
});
