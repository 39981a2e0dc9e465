import { expect, it } from 'vitest';
import { aLook, newName, oldName } from '../../client/looks.fixture.ts';
import { plannedWork } from '../../client/planned-work.ts';
import { planTable } from './plan-table.ts';

const rolling = { observedGeneration: 1, currentRevision: oldName, updateRevision: newName };
const text = (look: Parameters<typeof plannedWork>[0]) => `\n${planTable(plannedWork(look))}\n`;

it('lists what would be done, in order', () => {
  expect(text(aLook({ status: rolling, pods: ['old', 'old', 'new'] }))).toMatchInlineSnapshot(`
    "
    rollout: 2 pods
    STEP   ACTION    POD     FROM            TO               WHEN
    1      replace   web-1   web-7f5c69787   web-5ff5dd6d7d   now
    2      replace   web-0   web-7f5c69787   web-5ff5dd6d7d   later
    "
  `);
  expect(text(aLook({ spec: { replicas: 1 } }))).toMatchInlineSnapshot(`
    "
    scale: 2 pods
    STEP   ACTION   POD     FROM             TO   WHEN
    1      remove   web-2   web-5ff5dd6d7d   -    now
    2      remove   web-1   web-5ff5dd6d7d   -    later
    "
  `);
  expect(text(aLook({ pods: ['new', 'none', 'none'] }))).toMatchInlineSnapshot(`
    "
    repair: 2 pods
    STEP   ACTION   POD     FROM   TO               WHEN
    1      create   web-1   -      web-5ff5dd6d7d   now
    2      create   web-2   -      web-5ff5dd6d7d   later
    "
  `);
});

it('says what blocks a set that needs nothing', () => {
  const blocked = { type: 'NameConflict', status: 'True', message: 'the name is taken' } as const;
  expect(text(aLook({ status: { conditions: [blocked] } }))).toBe('\nnothing to do now: the name is taken\n');
});

it('says when there is nothing to do', () =>
  expect(text(aLook())).toMatchInlineSnapshot(`
  "
  nothing to do: the set is as its spec asks
  "
`));
