import { describe, expect, it } from 'vitest';
import { annotations, orderedDeletionFinalizer } from './annotations.ts';
import { at } from './objects.fixture.ts';
import type { RetentionPolicy, StatefulSetSpec } from './objects.ts';
import { actsOf, type Case } from './plan.fixture.ts';

const parallel: Partial<StatefulSetSpec> = { podManagementPolicy: 'Parallel' };
const same = { current: 'B', update: 'B' };
const first = { revisions: same };

function rolling(partition: number, maxUnavailable: number | string = 1): Partial<StatefulSetSpec> {
  return { updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition, maxUnavailable } } };
}

function check(cases: [story: string, pods: string, acts: string, of?: Case][]): void {
  it.each<[string, string, string, Case?]>(cases)('%s: %j -> %j', (_, pods, acts, of) => {
    expect(actsOf(pods, of)).toBe(acts);
  });
}

describe('SS-68, SS-69: an ordered set starts from the bottom, each when all below are available', () => {
  check([
    ['nothing yet', '', 'create 0', first],
    ['the first starts', '0B?', '', first],
    ['the first is there', '0B', 'create 1', first],
    ['all but the last', '0B 1B', 'create 2', first],
    ['all', '0B 1B 2B', '', first],
    ['a pod is lost', '0B 2B', 'create 1', first],
    ['two are lost', '0B', 'create 1', first],
    ['one is lost above one that is not Ready', '0B~ 1B', '', first],
    ['one has failed', '0B 1Bx 2B', 'delete 1', first],
    ['one has failed above one that is not Ready', '0B~ 1Bx 2B', '', first],
    ['one is on its way out', '0B 1Bt 2B', '', first],
    ['one is on its way out below a gap', '0Bt 1B', '', first],
    ['a start at 5 (SS-15)', '5B', 'create 6', { ...first, spec: { ordinals: { start: 5 } } }],
    ['none wanted', '', '', { ...first, spec: { replicas: 0 } }],
  ]);
});

describe('SS-38: a Pending pod gets the claims that it misses', () => {
  const claims = { volumeClaimTemplates: [{ metadata: { name: 'data' }, spec: {} }] };
  const paused = { 'ordinal.dev/paused': 'true' };
  check([
    ['the first that starts', '0B 1B?', 'mend 1', { ...first, spec: claims }],
    ['not one behind it', '0B? 1B?', 'mend 0', { ...first, spec: claims }],
    ['each of a parallel set', '0B? 1B?', 'mend 0, mend 1, create 2', { ...first, spec: { ...parallel, ...claims } }],
    ['also while it is paused', '0B?', 'mend 0', { ...first, spec: claims, meta: { annotations: paused } }],
    ['not one that is going', '0Bt', '', { ...first, spec: claims }],
    ['not one that runs', '0B 1B~ 2B', '', { ...first, spec: claims }],
  ]);
});

describe('SS-39, SS-44: the claims of pods that nothing else comes to follow the policy', () => {
  const data = { volumeClaimTemplates: [{ metadata: { name: 'data' }, spec: {} }] };
  const policy = (whenDeleted: RetentionPolicy, whenScaled: RetentionPolicy) => ({
    ...data,
    persistentVolumeClaimRetentionPolicy: { whenDeleted, whenScaled },
  });
  const scaled = policy('Retain', 'Delete');
  const paused = { annotations: { 'ordinal.dev/paused': 'true' } };
  check([
    [
      'a pod too many that is going takes its claim with it',
      '0B 1B 2B 3Bt',
      'mend 3',
      { ...first, spec: scaled, claims: { 3: 'nobody' } },
    ],
    [
      'not when claims are to stay by now',
      '0B 1B 2B 3Bt',
      'mend 3',
      { ...first, spec: policy('Retain', 'Retain'), claims: { 3: 'pod' } },
    ],
    ['nothing is done twice', '0B 1B 2B 3Bt', '', { ...first, spec: scaled, claims: { 3: 'pod' } }],
    [
      'one that is wanted again leaves its claim to the set',
      '0Bt 1Bt 2Bt',
      'mend 0, mend 1, mend 2',
      { ...first, spec: { ...parallel, ...scaled }, claims: { 0: 'pod', 1: 'pod', 2: 'pod' } },
    ],
    [
      'of an ordered set as well, also behind the first that is down',
      '0Bt 1B 2Bt',
      'mend 2',
      { ...first, spec: scaled, claims: { 2: 'pod' } },
    ],
    [
      'a policy is followed while the set is paused',
      '0B 1A 2A~',
      'mend 0, mend 1, mend 2',
      { spec: policy('Retain', 'Retain'), meta: paused, claims: { 0: 'set', 1: 'set', 2: 'set' } },
    ],
    [
      'by pods too many that are going as well',
      '0B 1B 2B 3Bt',
      'mend 3',
      { ...first, spec: scaled, meta: paused, claims: { 3: 'nobody' } },
    ],
    [
      'an update that is under way does it before each delete',
      '0A 1A 2A',
      'delete 2',
      { spec: policy('Retain', 'Retain'), claims: { 0: 'set', 1: 'set', 2: 'set' } },
    ],
    [
      'a set that is being deleted leaves its claims as they are (SS-45)',
      '0Bt',
      '',
      { ...first, spec: policy('Delete', 'Retain'), meta: { deletionTimestamp: at(900) }, claims: { 0: 'nobody' } },
    ],
  ]);
});

describe('SS-70, SS-71: a parallel set does at once whatever there is to do', () => {
  check([
    ['nothing yet', '', 'create 0, create 1, create 2', { ...first, spec: parallel }],
    ['gaps, failures', '1Bx', 'create 0, delete 1, create 2', { ...first, spec: parallel }],
    ['a name that is not free yet', '0Bt 1B~', 'create 2', { ...first, spec: parallel }],
    ['too many', '0B 3B 4B~', 'create 1, create 2, remove 3, remove 4', { ...first, spec: parallel }],
    ['an update and too many', '0A 1A 2A 3A', 'delete 2, remove 3', { spec: parallel }],
  ]);
});

describe('SS-72: an ordered set shrinks from the top, one object at a time', () => {
  const of = { ...first, spec: { replicas: 2 } };
  check([
    ['the top first', '0B 1B 2B 3B', 'remove 3', of],
    ['the top is still there', '0B 1B 2B 3Bt', '', of],
    ['one below is still there', '0B 1B 2Bt 3B', '', of],
    ['not while a replica is unavailable', '0B 1B~ 2B 3B', '', of],
    ['nor while one is missing', '0B 2B 3B', 'create 1', of],
    ['the top is unhealthy, and the only one', '0B 1B 2B 3B~', 'remove 3', of],
    ['the top is unhealthy, but one below as well (SS-65)', '0B 1B 2B~ 3B~', '', of],
    ['the top is healthy, one below is not', '0B 1B 2B~ 3B', 'remove 3', of],
    ['the top will never be well', '0B 1B 2B~ 3B?', 'remove 3', of],
    ['the top is in a crash loop', '0B 1B 2B~ 3B!', 'remove 3', of],
    ['the top has failed', '0B 1B 2B~ 3Bx', 'remove 3', of],
    ['SS-90: old ones are not updated first', '0B 1B 2A 3A', 'remove 3', { spec: { replicas: 2 } }],
    ['to nothing', '0B 1B', 'remove 1', { ...first, spec: { replicas: 0 } }],
  ]);
});

describe('SS-88, SS-89: the window moves', () => {
  const three = (start: number): Case => ({ ...first, spec: { ordinals: { start } } });
  check([
    ['up: the new ones first', '0B 1B 2B', 'create 3', three(2)],
    ['up: then the old ones, from the top (SS-64)', '0B 1B 2B 3B 4B', 'remove 1', three(2)],
    ['down: from the new start', '2B 3B 4B', 'create 0', three(0)],
    ['down: in order', '0B 2B 3B 4B', 'create 1', three(0)],
    ['down: then the high ones', '0B 1B 2B 3B 4B', 'remove 4', three(0)],
  ]);
});

describe('SS-78: an update goes from the top, within maxUnavailable, when all are available', () => {
  const five = (maxUnavailable: number | string): Case => ({ spec: { ...rolling(0, maxUnavailable), replicas: 5 } });
  check([
    ['one by one', '0A 1A 2A', 'delete 2'],
    ['the next when the former is back', '0A 1A 2B', 'delete 1'],
    ['not before', '0A 1A 2B?', ''],
    ['not while it is gone', '0A 1A', 'create 2'],
    ['not while any other is unavailable', '0A~ 1A 2A', ''],
    ['several at once', '0A 1A 2A 3A 4A', 'delete 3, delete 4', five(2)],
    ['SS-10: percentages round down', '0A 1A 2A 3A 4A', 'delete 3, delete 4', five('59%')],
    ['SS-10: but not to nothing', '0A 1A 2A 3A 4A', 'delete 4', five('10%')],
    ['SS-81: more than there are', '0A 1A 2A', 'delete 0, delete 1, delete 2', { spec: rolling(0, 9) }],
    ['pods that went together come back one by one', '0A 1A 2A', 'create 3', five(2)],
    [
      'a parallel set counts what is down already',
      '0A 1A 2A 3B? 4B',
      'delete 2',
      { spec: { ...five(2).spec, ...parallel } },
    ],
    [
      'below the partition as well',
      '0A~ 1A 2A 3A 4A',
      'delete 4',
      { spec: { ...parallel, ...rolling(1, 2), replicas: 5 } },
    ],
    [
      'a parallel set goes down no further than its budget',
      '0A 1A 2A~ 3B? 4B',
      'delete 2',
      { spec: { ...five(2).spec, ...parallel } },
    ],
  ]);
});

describe('SS-63, SS-86: the partition counts from the start, and holds back', () => {
  const part = (partition: number, more: Partial<StatefulSetSpec> = {}): Case => ({
    spec: { ...rolling(partition), ...more },
  });
  check([
    ['above it', '0A 1A 2A', 'delete 2', part(2)],
    ['below it', '0A 1A 2B', '', part(2)],
    ['as large as the set', '0A 1A 2A', '', part(3)],
    ['from a start', '5A 6A 7A', 'delete 7', part(2, { ordinals: { start: 5 } })],
    ['from a start, below', '5A 6A 7B', '', part(2, { ordinals: { start: 5 } })],
    ['lowered', '0A 1A 2B', 'delete 1', part(1)],
    ['raised: what is updated stays', '0A 1B 2B', '', part(3)],
  ]);
});

describe('kubernetes#67250: a broken pod of an unwanted revision is replaced out of turn', () => {
  const two = rolling(0, 2);
  check([
    ['the update was broken, this one is not', '0A 1A 2C?', 'delete 2'],
    ['it has been Ready, and now crashes', '0A 1A 2C!', 'delete 2'],
    ['the very first revision was broken', '0A?', 'delete 0'],
    ['below those that are fine', '0A! 1A 2A', 'delete 0'],
    ['the lowest first, nothing else can move', '0A! 1A! 2A!', 'delete 0'],
    ['within the budget', '0A 1B? 2C?', ''],
    ['within a larger budget', '0A 1B? 2C?', 'delete 2', { spec: two }],
    ['a pod that merely flaps in its turn', '0A 1A 2A~', 'delete 2'],
    ['one that merely flaps while another is down is left alone', '0A 1A~ 2B?', ''],
    ['one that flaps out of turn as well', '0A~ 1A 2A', ''],
    ['at the wanted revision never', '0B 1B! 2B', ''],
    ['nor below the partition', '0A! 1A 2B', '', { spec: rolling(2) }],
    ['a third revision below the partition', '0C? 1A 2B', 'delete 0', { spec: rolling(2) }],
    ['nor with the policy Wait', '0A 1A 2C?', '', { meta: { annotations: { [annotations.stuckPolicy]: 'Wait' } } }],
    ['a parallel set, within the budget', '0C? 1C? 2C?', 'delete 2', { spec: parallel }],
    [
      'SS-79: a parallel set of our own, at once',
      '0C? 1C? 2C?',
      'delete 0, delete 1, delete 2',
      { spec: parallel, own: true },
    ],
    [
      'SS-77: a parallel set with the policy Wait, in turn',
      '0A 1A 2C?',
      'delete 2',
      { spec: parallel, meta: { annotations: { [annotations.stuckPolicy]: 'Wait' } } },
    ],
    [
      'SS-77: a parallel set of which all were Ready once, one after the other',
      '0A~ 1A~ 2A~',
      'delete 2',
      { spec: parallel },
    ],
    ['not before the last one is back', '0A~ 1A~ 2B?', '', { spec: parallel }],
    [
      'the same with the policy Wait',
      '0C? 1C? 2C?',
      'delete 2',
      { spec: parallel, meta: { annotations: { [annotations.stuckPolicy]: 'Wait' } } },
    ],
    ['what is down goes before what is not', '0A~ 1A~ 2A', 'delete 1', { spec: parallel }],
    ['within a larger budget', '0A~ 1A~ 2A~', 'delete 1, delete 2', { spec: { ...parallel, ...two } }],
    [
      'SS-79: all at once of one of our own',
      '0A~ 1A~ 2A~',
      'delete 0, delete 1, delete 2',
      { spec: parallel, own: true },
    ],
    ['nor below the partition of a parallel set', '0A~ 1A~ 2B', '', { spec: { ...parallel, ...rolling(2) } }],
    [
      'nor where it would come back as it was (SS-62)',
      '0A~ 1A~ 2A',
      '',
      { spec: { ...parallel, updateStrategy: { type: 'RollingUpdate' } } },
    ],
  ]);
});

describe('pods that were replaced come back together, within maxUnavailable', () => {
  const two: Case = { own: true, spec: { ...rolling(0, 2), replicas: 5 } };
  const asked = { annotations: { [annotations.parallelReplace]: 'true' } };
  const refused = { annotations: { [annotations.parallelReplace]: 'false' } };
  check([
    ['the top goes alone', '0A 1A 2A 3A 4A', 'delete 4', two],
    ['the others together', '0A 1A 2A 3A 4B', 'delete 2, delete 3', two],
    ['and so they come back', '0A 1A 4B', 'create 2, create 3', two],
    ['one of them starts', '0A 1A 2B? 4B', 'create 3', two],
    ['not when more are lost', '0A 4B', 'create 1', two],
    ['nor new ones', '0B 1B 2B', 'create 3', { ...two, ...first }],
    ['nor new ones during an update', '0A 1A 2A', 'create 3', two],
    [
      'nor where the window may have moved',
      '2B 4B',
      'create 3',
      { ...two, ...first, spec: { ...two.spec, replicas: 3, ordinals: { start: 2 } } },
    ],
    ['native sets only when asked', '0A 1A 4B', 'create 2', { ...two, own: false }],
    ['native sets when asked', '0A 1A 4B', 'create 2, create 3', { ...two, own: false, meta: asked }],
    ['not when refused', '0A 1A 4B', 'create 2', { ...two, meta: refused }],
    ['not in front of an old pod that is going', '0A 1At 3A 4B', 'create 2', two],
    ['not a budget of one', '0A 1A 2A 4B', 'create 3', { ...two, spec: { ...rolling(0, 1), replicas: 5 } }],
    [
      'in a parallel set the top does not go alone',
      '0A 1A 2A 3A 4A',
      'delete 3, delete 4',
      { ...two, spec: { ...two.spec, ...parallel } },
    ],
  ]);
});

describe('SS-82: OnDelete replaces nothing that lives', () => {
  const spec: Partial<StatefulSetSpec> = { updateStrategy: { type: 'OnDelete' } };
  check([
    ['old pods', '0A 1A 2A', '', { spec }],
    ['a broken one', '0A 1A 2C?', '', { spec }],
    ['a failed one', '0A 1Ax 2A', 'delete 1', { spec }],
    ['a missing one', '0A 2A', 'create 1', { spec }],
    ['too many', '0A 1A 2A 3A', 'remove 3', { spec }],
  ]);
});

describe('SS-91: Recreate takes all old pods down before it creates one', () => {
  const spec: Partial<StatefulSetSpec> = { updateStrategy: { type: 'Recreate' } };
  check([
    ['all at once (SS-67)', '0A 1A~ 2A?', 'delete 0, delete 1, delete 2', { spec }],
    ['condemned ones, too', '0A 1A 2A 3A', 'delete 0, delete 1, delete 2, remove 3', { spec }],
    ['nothing while one is going', '1At', '', { spec }],
    ['nor while one that is too many is going', '0B 3At', '', { spec }],
    ['those that are going already are left to it', '0A 1At 3A 4At', 'delete 0, remove 3', { spec }],
    ['then from the bottom (SS-92)', '', 'create 0', { spec }],
    ['then in order', '0B', 'create 1', { spec }],
    ['nothing when only the strategy changes (SS-93)', '0B 1B 2B', '', { spec, ...first }],
    ['on hold: none', '0A 1A 2A', '', { spec: { ...spec, paused: true } }],
  ]);
});

describe('a hold: no update, no scale-in, only repair', () => {
  const paused: Case = { spec: { paused: true, replicas: 3 } };
  check([
    ['no update', '0A 1A 2A', '', paused],
    ['no healing of a broken revision', '0A 1A 2C?', '', paused],
    ['no scale-in', '0B 1B 2B 3B', '', { ...paused, ...first }],
    ['a lost pod', '0A 2A', 'create 1', paused],
    ['a failed pod', '0A 1Ax 2A', 'delete 1', paused],
    ['native sets, by annotation', '0A 1A 2A', '', { meta: { annotations: { [annotations.paused]: 'true' } } }],
    ['aborted', '0A 1A 2A', '', { meta: { annotations: { [annotations.abort]: 'now' } } }],
  ]);
});

describe('deletion', () => {
  const wanted = { [annotations.orderedDeletion]: 'true' };
  const meta = { deletionTimestamp: at(900), finalizers: [orderedDeletionFinalizer], annotations: wanted };
  check([
    ['highest first', '0B 1B~ 2B', 'remove 2', { meta }],
    ['the next when it is gone', '0B 1B 2Bt', '', { meta }],
    ['one that an update took is waited for', '0Bt 1B 2B', '', { meta }],
    ['never mind readiness', '0B~ 1B~', 'remove 1', { meta }],
    ['a parallel set at once', '0B 1B 2Bt', 'remove 0, remove 1', { meta, spec: parallel }],
    ['a hold does not hold it', '0B 1B', 'remove 1', { meta, spec: { paused: true } }],
    ['nobody wants the order any more', '0B 1B', '', { meta: { ...meta, annotations: {} } }],
    [
      'SS-66, SS-110: without our finalizer nothing',
      '0B 1B',
      '',
      { meta: { ...meta, finalizers: ['foregroundDeletion'] } },
    ],
    [
      'SS-111: orphans are left alone',
      '0B 1B',
      '',
      { meta: { ...meta, finalizers: [orderedDeletionFinalizer, 'orphan'] } },
    ],
  ]);
});
