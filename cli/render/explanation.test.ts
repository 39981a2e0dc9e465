import { expect, it } from 'vitest';
import { explain } from '../../client/explain.ts';
import { aLook, newName, now, oldName, pullFails } from '../../client/looks.fixture.ts';
import { annotations } from '../../model/annotations.ts';
import type { Condition } from '../../model/objects.ts';
import { recordedConsole } from '../console.fixture.ts';
import { explanationText } from './explanation.ts';
import { marksFor } from './marks.ts';

const rolling = { observedGeneration: 1, currentRevision: oldName, updateRevision: newName };
const text = (look: Parameters<typeof explain>[0]) =>
  `\n${explanationText(explain(look), marksFor(recordedConsole()), now)}\n`;

it('says why a rollout is stuck, since when, and what helps', () => {
  expect(text(aLook({ status: rolling, pods: ['old', 'old', { status: pullFails }] }))).toMatchInlineSnapshot(`
    "
    Stuck: pod web-2: container "web": cannot pull image web:2: ImagePullBackOff: no such image

    Waits for:
      ImagePull: pod web-2: container "web": cannot pull image web:2: ImagePullBackOff: no such image (for 5m, will not pass by itself)

    Next:
      STEP   ACTION    POD     FROM             TO               WHEN
      1      wait      web-2   web-5ff5dd6d7d   web-5ff5dd6d7d   later
      2      replace   web-1   web-7f5c69787    web-5ff5dd6d7d   later
      3      replace   web-0   web-7f5c69787    web-5ff5dd6d7d   later

    What helps:
      correct the image: ordinal set image web -n shop <container>=<image>; the broken pod is then replaced by itself
      or go back to the revision before: ordinal undo web -n shop
    "
  `);
});

it.each([
  [
    'TemplateInvalid',
    'spec.containers[0].image: Required value',
    [
      'correct the template as the message says: ordinal set image web -n shop <container>=<image>, or ordinal apply',
      'or go back to the revision before: ordinal undo web -n shop',
    ],
  ],
  [
    'NameConflict',
    'web is a StatefulSet of apps/v1: delete one of the two, or give this one another name',
    ['delete one of the two sets of this name, or give this one another name'],
  ],
])('says that a set is blocked by %s, however well its pods are', (type, message, remedies) => {
  const blocked = { type, status: 'True', message, observedGeneration: 1 } as Condition;
  expect(text(aLook({ meta: { generation: 1 }, status: { conditions: [blocked] } }))).toBe(
    `\nStuck: ${message}\n\nWaits for:\n  ${type}: ${message} (will not pass by itself)\n\nWhat helps:\n${remedies.map((remedy) => `  ${remedy}\n`).join('')}`,
  );
});

it('says who holds a set', () => {
  const meta = { annotations: { [annotations.paused]: 'true' } };
  expect(text(aLook({ status: rolling, meta, pods: ['old', 'old', 'old'] }))).toMatchInlineSnapshot(`
    "
    Paused: changes wait until it is resumed

    Waits for:
      Paused: the set is paused

    What helps:
      resume it: ordinal resume web -n shop
    "
  `);
});

it('says that no worker has come', () => {
  expect(text(aLook({ status: { observedGeneration: 0 }, pods: ['none', 'none', 'none'] }))).toMatchInlineSnapshot(`
    "
    Pending: no worker has taken up the set yet

    Next:
      STEP   ACTION   POD     FROM   TO               WHEN
      1      create   web-0   -      web-5ff5dd6d7d   now
      2      create   web-1   -      web-5ff5dd6d7d   later
      3      create   web-2   -      web-5ff5dd6d7d   later

    What helps:
      see that the workers serve it, all of a cluster with the same --resource: ordinal worker --resource apps/v1
    "
  `);
});

it('says that all is well', () =>
  expect(text(aLook())).toMatchInlineSnapshot(`
  "
  Healthy: 3 of 3 pods available
  "
`));
