import { expect, test } from 'vitest';
import { check } from './check.ts';
import { LogBuilder } from './log-builder.ts';
import type { Rule } from './violation.ts';

const set = (whenDeleted: string, whenScaled: string) =>
  new LogBuilder({
    spec: {
      volumeClaimTemplates: [{ metadata: { name: 'www' } }],
      persistentVolumeClaimRetentionPolicy: { whenDeleted, whenScaled },
    },
  });
const ownedByPod = (log: LogBuilder) => [{ kind: 'Pod', name: 'web-2', uid: log.uidOf(2) }];
const ownedBySet = [{ kind: 'StatefulSet', name: 'web', uid: 'set-1' }];
const policy = (whenDeleted: string, whenScaled: string) => ({
  spec: { persistentVolumeClaimRetentionPolicy: { whenDeleted, whenScaled } },
});

/** Scaled in by one, its claim owned by the pod that goes. */
const scaledIn = (log: LogBuilder) => {
  log.start(0, 1, 2);
  return log
    .claim(2, ownedByPod(log))
    .change({ spec: { replicas: 2 } })
    .delete(2)
    .gone(2);
};

const stories: readonly { readonly story: string; readonly log: LogBuilder; readonly breaks?: readonly Rule[] }[] = [
  { story: 'by a user', log: set('Retain', 'Retain').claim(0).deleteClaim(0, 'user') },
  {
    story: 'by the controller, Retain',
    log: set('Retain', 'Retain').claim(0).deleteClaim(0, 'controller'),
    breaks: ['claim-retention'],
  },
  {
    story: 'of a pod of the window although whenScaled is Delete',
    log: set('Delete', 'Delete').claim(0).deleteClaim(0, 'controller'),
    breaks: ['claim-retention'],
  },
  {
    story: 'after a scale-in, whenScaled Delete',
    log: scaledIn(set('Retain', 'Delete')).deleteClaim(2, 'garbage-collector'),
  },
  {
    story: 'after a scale-in, whenScaled Retain',
    log: scaledIn(set('Delete', 'Retain')).deleteClaim(2, 'garbage-collector'),
    breaks: ['claim-retention'],
  },
  {
    story: 'after a scale-in that was taken back while the collector was busy',
    log: scaledIn(set('Retain', 'Delete'))
      .change({ spec: { replicas: 3 } })
      .deleteClaim(2, 'garbage-collector'),
  },
  {
    story: 'of a lost pod whose reference had stayed on it',
    log: (() => {
      const log = set('Retain', 'Delete').start(0, 1, 2);
      return log.claim(2, ownedByPod(log)).delete(2, { by: 'user' }).gone(2).deleteClaim(2, 'garbage-collector');
    })(),
    breaks: ['claim-retention'],
  },
  {
    story: 'with its set, whenDeleted Delete',
    log: set('Delete', 'Retain').claim(0, ownedBySet).setGone().pace(60_000).deleteClaim(0, 'garbage-collector'),
  },
  {
    story: 'with its set that is still terminating, whenDeleted Delete',
    log: set('Delete', 'Retain').claim(0, ownedBySet).change({ deleted: true }).deleteClaim(0, 'controller'),
  },
  {
    story: 'with its set, whenDeleted Retain',
    log: set('Retain', 'Delete').claim(0, ownedBySet).setGone().pace(60_000).deleteClaim(0, 'garbage-collector'),
    breaks: ['claim-retention'],
  },
  {
    story: 'under a policy that was changed a moment ago',
    log: set('Delete', 'Retain')
      .claim(0, ownedBySet)
      .change({ deleted: true })
      .pace(100)
      .change(policy('Retain', 'Retain'))
      .deleteClaim(0, 'controller'),
  },
  {
    story: 'by the collector for an owner that a user has set',
    log: set('Retain', 'Retain')
      .claim(0, [{ kind: 'ConfigMap', name: 'x', uid: 'x' }])
      .deleteClaim(0, 'garbage-collector'),
  },
  { story: 'of no set, by the collector', log: set('Retain', 'Retain').claim(0).setGone().deleteClaim(0, 'user') },
];

test.each(stories)('deleting a claim: $story', ({ log, breaks = [] }) => {
  expect(check(log.build()).map(({ rule }) => rule)).toEqual(breaks);
});

test('a claim that vanishes without a call', () => {
  const { watch, audit } = set('Retain', 'Retain').claim(0).deleteClaim(0, 'user').build();
  const calls = audit.filter(({ objectRef }) => objectRef?.resource !== 'persistentvolumeclaims');
  expect(check({ watch, audit: calls }).map(({ rule, object }) => `${rule} ${object}`)).toEqual(['evidence www-web-0']);
});
