import { expect, it } from 'vitest';
import { aLook, newName, now, oldName, pullFails } from '../../client/looks.fixture.ts';
import { summarize } from '../../client/summary.ts';
import { recordedConsole } from '../console.fixture.ts';
import { marksFor } from './marks.ts';
import { setBlock } from './set-tree.ts';

const rolling = { observedGeneration: 1, currentRevision: oldName, updateRevision: newName };
const block = (look: Parameters<typeof summarize>[0], isTerminal: boolean) =>
  `\n${setBlock(summarize(look), marksFor(recordedConsole(isTerminal)), now)}\n`;

it('shows a set that is as it should be', () => {
  expect(block(aLook(), false)).toMatchInlineSnapshot(`
    "
    Name:               web
    Namespace:          shop
    API:                apps/v1
    Status:             Healthy
    Message:            3 of 3 pods available
    Strategy:           RollingUpdate
      Partition:        0
      MaxUnavailable:   1
      Step:             3/3
    Images:             web:2 (current)
    Replicas:
      Desired:          3
      Current:          3
      Updated:          3
      Ready:            3
      Available:        3

    NAME            KIND          STATUS    AGE         INFO
    web             StatefulSet   Healthy   <unknown>
    └──revision:2   Revision                            web-5ff5dd6d7d web:2
       ├──web-2     Pod           settled   10m         ready:1/1
       ├──web-1     Pod           settled   10m         ready:1/1
       └──web-0     Pod           settled   10m         ready:1/1
    "
  `);
});

it('shows a rollout that is stuck, newest revision first, with icons on a terminal', () => {
  const look = aLook({ status: rolling, pods: ['old', 'old', { status: pullFails }] });
  expect(block(look, true)).toMatchInlineSnapshot(`
    "
    Name:               web
    Namespace:          shop
    API:                apps/v1
    Status:             ✖ Stuck
    Message:            pod web-2: container "web": cannot pull image web:2: ImagePullBackOff: no such image
    Strategy:           RollingUpdate
      Partition:        0
      MaxUnavailable:   1
      Step:             0/3
    Images:             web:2 (update)
                        web:1 (current)
    Replicas:
      Desired:          3
      Current:          2
      Updated:          1
      Ready:            2
      Available:        2

    NAME            KIND          STATUS     AGE         INFO
    ✖ web           StatefulSet   Stuck      <unknown>
    ├──revision:2   Revision                             web-5ff5dd6d7d web:2
    │  └──✖ web-2   Pod           starting   10m         ready:0/1,ImagePull
    └──revision:1   Revision                             web-7f5c69787 web:1
       ├──• web-1   Pod           outdated   10m         ready:1/1
       └──• web-0   Pod           outdated   10m         ready:1/1
    "
  `);
});

it('shows an ordinal without a pod', () => {
  expect(block(aLook({ pods: ['new', 'none', 'none'] }), true)).toMatchInlineSnapshot(`
    "
    Name:               web
    Namespace:          shop
    API:                apps/v1
    Status:             ◌ Progressing
    Message:            pod web-1 is to be created
    Strategy:           RollingUpdate
      Partition:        0
      MaxUnavailable:   1
      Step:             1/3
    Images:             web:2 (current)
    Replicas:
      Desired:          3
      Current:          1
      Updated:          1
      Ready:            1
      Available:        1

    NAME                 KIND          STATUS        AGE         INFO
    ◌ web                StatefulSet   Progressing   <unknown>
    ├──revision:2        Revision                                web-5ff5dd6d7d web:2
    │  └──✔ web-0        Pod           settled       10m         ready:1/1
    └──no revision yet
       ├──◷ web-1        Pod           missing
       └──◷ web-2        Pod           missing
    "
  `);
});
