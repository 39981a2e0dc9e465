import { claims } from '../../../kube/resources.ts';
import { type Chapter, claim } from '../chapter.ts';
import { appears, claimStory } from '../expected.ts';
import { namespace, podName } from '../stage.ts';

const ordinals = [0, 1, 2, 3, 4, 5];

export const orderedStart: Chapter = {
  title: 'Ordered start',
  shows:
    'Six pods appear one by one, each only when the one before is Running and Ready, each with a claim of its own.',
  command: 'kubectl apply -f examples/s01-ordered-start/manifest.yaml',
  ordinals,
  through: 'ready',
  async play({ set, watch, client, applyExample }) {
    await applyExample();
    const { outcome } = await (await set.current()).result({ timeoutMs: 120_000 });
    claim(outcome === 'completed', `the start ended as ${outcome}`);
    await claimStory(watch, ordinals.map(podName).flatMap(appears));
    const { items } = await client.kube.list(claims, namespace);
    const bound = items.filter(({ status }) => status?.phase === 'Bound').map(({ metadata }) => metadata.name);
    const expected = ordinals.map((ordinal) => `www-${podName(ordinal)}`);
    claim(bound.toSorted().join() === expected.join(), `claims that are Bound: ${bound.join(', ')}`);
    return ['no pod was created before its predecessor was Ready', 'six claims are Bound'];
  },
};
