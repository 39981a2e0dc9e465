import { expect, test } from 'vitest';
import { check } from './check.ts';
import { LogBuilder } from './log-builder.ts';
import type { Rule } from './violation.ts';

const rolling = (rollingUpdate: object) => ({ updateStrategy: { type: 'RollingUpdate', rollingUpdate } });
const four = (spec = {}) => new LogBuilder({ spec: { replicas: 4, ...spec } }).start(0, 1, 2, 3);
const native = (spec = {}, annotations = {}) =>
  new LogBuilder({ native: true, spec: { replicas: 4, ...spec }, annotations }).start(0, 1, 2, 3);
const parallel = { podManagementPolicy: 'Parallel' };
/** web-3 has been replaced at b and never gets Ready there. */
const stuck = (log: LogBuilder) => log.image('b').delete(3).gone(3).create(3);
/** Every pod has been replaced at b and none gets Ready there. */
const allBroken = (log: LogBuilder) => {
  for (const ordinal of [0, 1, 2, 3]) log.create(ordinal);
  return log.image('b');
};

const stories: readonly { readonly story: string; readonly log: LogBuilder; readonly breaks?: readonly Rule[] }[] = [
  { story: 'from the top, one by one', log: four().image('b').replace(3, 2, 1, 0) },
  { story: 'from below', log: four().image('b').delete(0), breaks: ['update-order'] },
  {
    story: 'the next before the former is back',
    log: four().image('b').delete(3).gone(3).delete(2),
    breaks: ['max-unavailable'],
  },
  { story: 'the next before the former is Ready', log: stuck(four()).delete(2), breaks: ['max-unavailable'] },
  {
    story: 'the next while the former terminates',
    log: four().image('b').delete(3).delete(2),
    breaks: ['max-unavailable'],
  },
  {
    story: 'two at a time with maxUnavailable 2',
    log: four(rolling({ maxUnavailable: 2 }))
      .image('b')
      .delete(3)
      .delete(2),
  },
  {
    story: 'three at a time with maxUnavailable 2',
    log: four(rolling({ maxUnavailable: 2 }))
      .image('b')
      .delete(3)
      .delete(2)
      .delete(1),
    breaks: ['max-unavailable'],
  },
  {
    story: 'two of four with 50%',
    log: four(rolling({ maxUnavailable: '50%' }))
      .image('b')
      .delete(3)
      .delete(2),
  },
  {
    story: 'two of four with 49%: it rounds down',
    log: four(rolling({ maxUnavailable: '49%' }))
      .image('b')
      .delete(3)
      .delete(2),
    breaks: ['max-unavailable'],
  },
  {
    story: 'one of four with 10%: at least one',
    log: four(rolling({ maxUnavailable: '10%' }))
      .image('b')
      .replace(3),
  },
  {
    story: 'down to the partition',
    log: four(rolling({ partition: 2 }))
      .image('b')
      .replace(3, 2),
  },
  {
    story: 'below the partition',
    log: four(rolling({ partition: 2 }))
      .image('b')
      .replace(3, 2)
      .delete(1),
    breaks: ['partition'],
  },
  {
    story: 'a partition counts from ordinals.start',
    log: new LogBuilder({ spec: { ordinals: { start: 5 }, ...rolling({ partition: 2 }) } })
      .start(5, 6, 7)
      .image('b')
      .replace(7)
      .delete(6),
    breaks: ['partition'],
  },
  {
    story: 'below a partition that was raised a moment ago',
    log: four()
      .image('b')
      .replace(3)
      .pace(100)
      .change({ spec: rolling({ partition: 3 }) })
      .delete(2),
  },
  {
    story: 'after the partition was lowered',
    log: four(rolling({ partition: 3 }))
      .image('b')
      .replace(3)
      .change({ spec: rolling({}) })
      .replace(2),
  },
  {
    story: 'under OnDelete',
    log: four({ updateStrategy: { type: 'OnDelete' } })
      .image('b')
      .delete(3),
    breaks: ['on-delete'],
  },
  {
    story: 'a user deletes under OnDelete',
    log: four({ updateStrategy: { type: 'OnDelete' } })
      .image('b')
      .delete(1, { by: 'user' })
      .gone(1)
      .start(1),
  },
  {
    story: 'under Recreate, all at once',
    log: four({ updateStrategy: { type: 'Recreate' } })
      .image('b')
      .delete(0)
      .delete(3)
      .delete(1),
  },
  {
    story: 'while paused',
    log: four()
      .image('b')
      .change({ spec: { paused: true } })
      .delete(3),
    breaks: ['paused'],
  },
  {
    story: 'while paused by annotation',
    log: native()
      .image('b')
      .change({ annotations: { 'ordinal.dev/paused': 'true' } })
      .delete(3),
    breaks: ['paused'],
  },
  { story: 'a Ready pod at the wanted revision', log: four().delete(2), breaks: ['restart-of-done'] },
  { story: 'a replaced pod once more', log: four().image('b').replace(3).delete(3), breaks: ['restart-of-done'] },
  { story: 'a replaced pod once more, before it is Ready', log: stuck(four()).delete(3), breaks: ['second-restart'] },
  { story: 'a pod at the wanted revision that crashes', log: four().crashing(3).delete(3), breaks: ['second-restart'] },
  {
    story: 'a pod that failed is replaced at any revision',
    log: four().failed(1).replace(1).image('b').failed(0).replace(0),
  },
  { story: 'undo goes back, from the top', log: four().image('b').replace(3, 2).image('a').replace(3, 2) },
  {
    story: 'undo: pods that never left are not touched',
    log: four().image('b').replace(3).image('a').replace(3).delete(2),
    breaks: ['restart-of-done'],
  },
  {
    story: 'for a template that was changed a moment ago',
    log: four().image('b').replace(3).pace(100).image('c').delete(2),
  },
  {
    story: 'for a template that was changed long ago',
    log: four().image('b').replace(3).image('c').delete(2),
    breaks: ['update-order'],
  },
  { story: 'a broken pod is replaced by a better template', log: stuck(four()).image('c').replace(3, 2, 1, 0) },
  { story: 'a broken pod, undone', log: stuck(four()).image('a').replace(3) },
  { story: 'a broken pod in the middle, out of turn', log: four().crashing(1).image('b').replace(1, 3, 2, 0) },
  {
    story: 'a pod in the middle that merely flaps, out of turn',
    log: four().unready(1).image('b').delete(1),
    breaks: ['update-order'],
  },
  {
    story: 'a healthy pod while another flaps',
    log: four().unready(1).image('b').delete(3),
    breaks: ['max-unavailable'],
  },
  { story: 'a healthy pod just as another flaps', log: four().image('b').pace(100).unready(1).delete(3) },
  {
    story: 'a healthy pod just after a deletion of its own',
    log: four().image('b').pace(100).delete(3).delete(2),
    breaks: ['max-unavailable'],
  },
  {
    story: 'a healthy pod while a user has deleted another',
    log: four().image('b').delete(0, { by: 'user' }).gone(0).delete(3),
    breaks: ['max-unavailable'],
  },
  {
    story: 'two broken pods at once',
    log: allBroken(new LogBuilder({ native: true, spec: { replicas: 4, ...parallel } }))
      .delete(3)
      .delete(2),
    breaks: ['max-unavailable'],
  },
  {
    story: 'two broken pods one by one',
    log: allBroken(new LogBuilder({ native: true, spec: { replicas: 4, ...parallel } })).replace(3, 2),
  },
  {
    story: 'all idle pods at once, Parallel sets of our own',
    log: allBroken(new LogBuilder({ spec: { replicas: 4, ...parallel } }))
      .delete(1)
      .delete(3)
      .delete(2)
      .delete(0),
  },
  {
    story: 'Parallel sets keep order and budget for healthy pods',
    log: four(parallel).image('b').delete(3).delete(2),
    breaks: ['max-unavailable'],
  },
  {
    story: 'broken out of turn where the user wants to wait',
    log: native({}, { 'ordinal.dev/stuck-policy': 'Wait' }).crashing(1).image('b').delete(1),
    breaks: ['update-order'],
  },
  {
    story: 'before minReadySeconds',
    log: four({ minReadySeconds: 5 }).pace(6000).image('b').pace(1000).replace(3).delete(2),
    breaks: ['max-unavailable'],
  },
  {
    story: 'ordinals that are yet to be created are not down',
    log: four(parallel)
      .image('b')
      .change({ spec: { replicas: 6 } })
      .replace(3),
  },
  {
    story: 'the ordinal of the partition once more',
    log: four(rolling({ partition: 2 }))
      .image('b')
      .replace(3, 2)
      .delete(2),
    breaks: ['restart-of-done'],
  },
  {
    story: 'ordinals that were scaled in and are wanted again are not down',
    log: four(parallel)
      .change({ spec: { replicas: 3 } })
      .delete(3)
      .gone(3)
      .image('b')
      .change({ spec: { replicas: 4 } })
      .delete(2),
  },
  {
    story: 'a broken pod while one that failed by itself comes back',
    log: native(parallel).failed(3).delete(3).gone(3).crashing(1).image('b').delete(1),
  },
];

/** Stories of minReadySeconds start their pods faster than it allows: only the update is of interest here. */
test.each(stories)('updating: $story', ({ log, breaks = [] }) => {
  const rules = check(log.build()).map(({ rule }) => rule);
  expect(rules.filter((rule) => rule !== 'ordered-start')).toEqual(breaks);
});
