import { expect, test } from 'vitest';
import { check } from './check.ts';
import { LogBuilder } from './log-builder.ts';
import type { Rule } from './violation.ts';

const two = { updateStrategy: { rollingUpdate: { maxUnavailable: 2 } } };
const updated = (log: LogBuilder) => log.start(0, 1, 2).image('b').delete(2).delete(1).gone(2).gone(1);
const sets = (spec = {}) => new LogBuilder({ spec });

interface Story {
  readonly story: string;
  readonly log: LogBuilder;
  readonly breaks?: readonly Rule[];
}

const stories: readonly Story[] = [
  { story: 'one after the other', log: sets().start(0, 1, 2) },
  { story: 'the second while the first is not Ready', log: sets().create(0).create(1), breaks: ['ordered-start'] },
  {
    story: 'the second before the first is Ready, which it is later',
    log: sets().create(0).create(1).ready(0).ready(1).start(2),
    breaks: ['ordered-start'],
  },
  { story: 'the second before the first', log: sets().create(1), breaks: ['ordered-start'] },
  { story: 'Ready while not Running', log: sets().create(0).unready(0).create(1), breaks: ['ordered-start'] },
  { story: 'all at once, Parallel', log: sets({ podManagementPolicy: 'Parallel' }).create(2).create(0).create(1) },
  { story: 'from ordinals.start', log: sets({ ordinals: { start: 5 } }).start(5, 6, 7) },
  {
    story: 'below ordinals.start',
    log: sets({ ordinals: { start: 5 } })
      .start(5)
      .create(4),
    breaks: ['window'],
  },
  {
    story: 'the second of ordinals.start before the first',
    log: sets({ ordinals: { start: 5 } }).create(6),
    breaks: ['ordered-start'],
  },
  { story: 'beyond the replicas', log: sets().start(0, 1, 2).create(3), breaks: ['window'] },
  {
    story: 'for replicas that were taken back a moment ago',
    log: sets()
      .start(0, 1)
      .pace(200)
      .change({ spec: { replicas: 2 } })
      .create(2),
  },
  {
    story: 'for replicas that were taken back long ago',
    log: sets()
      .start(0, 1)
      .change({ spec: { replicas: 2 } })
      .create(2),
    breaks: ['window'],
  },
  {
    story: 'while the set is deleted',
    log: sets().start(0, 1).change({ deleted: true }).create(2),
    breaks: ['window'],
  },
  { story: 'by a user, out of order', log: sets().create(2, { by: 'user' }) },
  {
    story: 'while a lower pod has lost readiness',
    log: sets().start(0).unready(0).create(1),
    breaks: ['ordered-start'],
  },
  { story: 'just after a lower pod has lost readiness', log: sets().start(0).pace(100).unready(0).create(1) },
  {
    story: 'just after a user deleted a lower pod',
    log: sets().start(0).pace(100).delete(0, { by: 'user' }).create(1),
  },
  {
    story: 'long after a user deleted a lower pod',
    log: sets().start(0).delete(0, { by: 'user' }).create(1),
    breaks: ['ordered-start'],
  },
  {
    story: 'just after its own deletion of a lower pod',
    log: sets().start(0, 1).failed(0).pace(100).delete(0).create(2),
    breaks: ['ordered-start'],
  },
  {
    story: 'a pod lost with its node comes back while another lives',
    log: sets().start(0, 1, 2).unready(1).delete(1, { by: 'user' }).gone(1).start(1),
  },
  {
    story: 'a lost pod comes back before a lower one that is lost too',
    log: sets().start(0, 1, 2).delete(1, { by: 'user' }).delete(2, { by: 'user' }).gone(1).gone(2).create(2),
    breaks: ['ordered-start'],
  },
  { story: 'come back together within maxUnavailable', log: updated(sets(two)).create(2).create(1) },
  {
    story: 'come back together, native sets',
    log: updated(new LogBuilder({ native: true, spec: two })).create(2),
    breaks: ['ordered-start'],
  },
  {
    story: 'come back one by one, native sets',
    log: updated(new LogBuilder({ native: true, spec: two })).start(1, 2),
  },
  {
    story: 'come back together, native sets that ask for it',
    log: updated(
      new LogBuilder({ native: true, spec: two, annotations: { 'ordinal.dev/parallel-replace': 'true' } }),
    ).create(2),
  },
  {
    story: 'come back together beyond maxUnavailable',
    log: updated(sets(two)).delete(0, { by: 'user' }).gone(0).create(2),
    breaks: ['ordered-start'],
  },
  {
    story: 'a new ordinal is no come-back',
    log: sets({ ...two, replicas: 4 })
      .start(0, 1)
      .create(2)
      .create(3),
    breaks: ['ordered-start'],
  },
  { story: 'before minReadySeconds', log: sets({ minReadySeconds: 10 }).start(0).create(1), breaks: ['ordered-start'] },
  { story: 'after minReadySeconds', log: sets({ minReadySeconds: 10 }).start(0).pace(10_000).create(1) },
  {
    story: 'at the old revision',
    log: sets().start(0).image('b').create(1, { revision: 'web-a' }),
    breaks: ['wrong-revision'],
  },
  {
    story: 'at the old revision just after the change',
    log: sets().start(0).pace(100).image('b').create(1, { revision: 'web-a' }),
  },
  {
    story: 'below the partition at the new revision',
    log: sets({ updateStrategy: { rollingUpdate: { partition: 2 } } })
      .start(0, 1)
      .change({ status: { currentRevision: 'web-a' } })
      .image('b')
      .delete(0, { by: 'user' })
      .gone(0)
      .create(0, { revision: 'web-b' }),
    breaks: ['wrong-revision'],
  },
  {
    story: 'below the partition at the current revision',
    log: sets({ updateStrategy: { rollingUpdate: { partition: 2 } } })
      .start(0, 1)
      .change({ status: { currentRevision: 'web-a' } })
      .image('b')
      .delete(0, { by: 'user' })
      .gone(0)
      .create(0, { revision: 'web-a' }),
  },
  {
    story: 'at the partition at the current revision',
    log: sets({ updateStrategy: { rollingUpdate: { partition: 2 } } })
      .start(0, 1, 2)
      .change({ status: { currentRevision: 'web-a' } })
      .image('b')
      .delete(2, { by: 'user' })
      .gone(2)
      .create(2, { revision: 'web-a' }),
    breaks: ['wrong-revision'],
  },
  {
    story: 'at the old revision under RollingUpdate without a block, which goes by counts',
    log: sets({ updateStrategy: { type: 'RollingUpdate' } })
      .start(0, 1, 2)
      .image('b')
      .delete(0, { by: 'user' })
      .gone(0)
      .create(0, { revision: 'web-a' }),
  },
];

test.each(stories)('creating: $story', ({ log, breaks = [] }) => {
  expect(check(log.build()).map(({ rule }) => rule)).toEqual(breaks);
});
