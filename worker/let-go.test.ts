import { expect, it, vi } from 'vitest';
import { aRig } from '../activities/rig.fixture.ts';
import { aSet } from '../model/objects.fixture.ts';
import { runLetGo } from './let-go.ts';

it('lets go of a deleted set that is not served because its name is another’s', async () => {
  const metadata = {
    deletionTimestamp: '2026-01-01T00:10:00Z',
    finalizers: ['ordinal.dev/ordered-deletion'],
    annotations: { 'ordinal.dev/ordered-deletion': 'true' },
  };
  const taken = { type: 'NameConflict', status: 'True', reason: 'NameTaken' } as const;
  const rig = await aRig(aSet({}, { replicas: 0, conditions: [taken] }, metadata));
  const stop = new AbortController();
  const { cache, client, planner } = rig.dependencies;
  const onProblem = (problem: unknown) => {
    throw problem;
  };
  const running = runLetGo({ cache, client, planner, everyMs: 20, onProblem }, stop.signal);
  await vi.waitFor(() => expect(rig.calls().some((call) => call.startsWith('PATCH statefulsets'))).toBe(true), 5_000);
  stop.abort();
  await running;
  await rig.close();
});
