import { waitUntil } from '../../../sandbox/processes/wait-until.ts';
import { claims } from '../../../kube/resources.ts';
import { annotations, orderedDeletionFinalizer } from '../../../model/annotations.ts';
import { type Chapter, claim } from '../chapter.ts';
import { claimStory, goes } from '../expected.ts';
import { namespace, podName } from '../stage.ts';

const ordinals = [5, 4, 3, 2, 1, 0];

export const orderedDeletion: Chapter = {
  title: 'Ordered deletion',
  shows:
    'The pods go one by one, highest first, then the set itself. Kubernetes promises no order here; an annotation asks for it.',
  command: `kubectl annotate sts web-sts ${annotations.orderedDeletion}=true -n nginx-sts; kubectl delete sts web-sts -n nginx-sts`,
  ordinals,
  through: 'gone',
  async play({ set, watch, client, kubectl }) {
    await kubectl(['annotate', 'sts', 'web-sts', `${annotations.orderedDeletion}=true`]);
    await waitUntil('the set has the finalizer', async () =>
      (await set.get()).metadata.finalizers?.includes(orderedDeletionFinalizer),
    );
    const operation = await set.current();
    await kubectl(['delete', 'sts', 'web-sts', '--timeout=60s']);
    const { outcome } = await operation.result({ timeoutMs: 60_000 });
    claim(outcome === 'deleted', `the set is ${outcome}`);
    await claimStory(watch, ordinals.map(podName).flatMap(goes));
    const { items } = await client.kube.list(claims, namespace);
    claim(items.length === 8, `there are ${items.length} claims, not 8`);
    return ['each pod was gone before the next one was touched', 'the claims are kept, as the retention policy says'];
  },
};
