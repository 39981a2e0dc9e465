import { expect, test } from 'vitest';
import { check } from './check.ts';
import { LogBuilder } from './log-builder.ts';
import type { Rule } from './violation.ts';

const five = (spec = {}) => new LogBuilder({ spec: { replicas: 5, ...spec } }).start(0, 1, 2, 3, 4);
const scaled = (spec = {}) => five(spec).change({ spec: { replicas: 3 } });

const stories: readonly { readonly story: string; readonly log: LogBuilder; readonly breaks?: readonly Rule[] }[] = [
  { story: 'from the top, one by one', log: scaled().delete(4).gone(4).delete(3).gone(3) },
  { story: 'from below', log: scaled().delete(3), breaks: ['ordered-scale-in'] },
  { story: 'before the former is gone', log: scaled().delete(4).delete(3), breaks: ['ordered-scale-in'] },
  { story: 'just before the former is gone', log: scaled().delete(4).pace(1).delete(3), breaks: ['ordered-scale-in'] },
  { story: 'all at once, Parallel', log: scaled({ podManagementPolicy: 'Parallel' }).delete(3).delete(4) },
  { story: 'by a user, from below', log: five().delete(1, { by: 'user' }) },
  {
    story: 'while a lower one goes by a user',
    log: scaled().delete(3, { by: 'user' }).delete(4).gone(4).gone(3),
  },
  {
    story: 'a pod of the window that the scale-in does not name',
    log: scaled().delete(2),
    breaks: ['restart-of-done'],
  },
  {
    story: 'just after scaling out again',
    log: scaled()
      .delete(4)
      .gone(4)
      .pace(100)
      .change({ spec: { replicas: 5 } })
      .delete(3),
  },
  {
    story: 'long after scaling out again',
    log: scaled()
      .delete(4)
      .gone(4)
      .change({ spec: { replicas: 5 } })
      .delete(3),
    breaks: ['restart-of-done'],
  },
  {
    story: 'a raised start takes the low ones, highest first',
    log: five()
      .change({ spec: { ordinals: { start: 2 } } })
      .start(5, 6)
      .delete(1)
      .gone(1)
      .delete(0),
  },
  {
    story: 'a raised start takes the low ones, lowest first',
    log: five()
      .change({ spec: { ordinals: { start: 2 } } })
      .start(5, 6)
      .delete(0),
    breaks: ['ordered-scale-in'],
  },
  {
    story: 'a deleted set, from the top',
    log: new LogBuilder().start(0, 1, 2).change({ deleted: true }).delete(2).gone(2).delete(1).gone(1).delete(0),
  },
  {
    story: 'a deleted set, all at once',
    log: new LogBuilder().start(0, 1, 2).change({ deleted: true }).delete(2).delete(1),
    breaks: ['ordered-scale-in'],
  },
  {
    story: 'a deleted set, by the garbage collector',
    log: new LogBuilder()
      .start(0, 1, 2)
      .setGone()
      .delete(0, { by: 'garbage-collector' })
      .delete(1, { by: 'garbage-collector' }),
  },
  { story: 'a pod whose set has gone', log: new LogBuilder().start(0).setGone().delete(0), breaks: ['ownership'] },
];

test.each(stories)('scaling in: $story', ({ log, breaks = [] }) => {
  expect(check(log.build()).map(({ rule }) => rule)).toEqual(breaks);
});
