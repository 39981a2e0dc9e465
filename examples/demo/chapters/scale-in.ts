import { claims } from '../../../kube/resources.ts';
import { type Chapter, claim } from '../chapter.ts';
import { claimStory, goes } from '../expected.ts';
import { namespace, podName } from '../stage.ts';

const ordinals = [7, 6];

export const scaleIn: Chapter = {
  title: 'Scale in',
  shows: 'The highest pod goes first, the next one only when that is gone; their claims stay.',
  command: 'ordinal scale web-sts --replicas=6 -n nginx-sts',
  ordinals,
  through: 'gone',
  async play({ set, watch, client }) {
    const { outcome } = await (await set.scale(6)).result({ timeoutMs: 60_000 });
    claim(outcome === 'completed', `the scale in ended as ${outcome}`);
    await claimStory(watch, ordinals.map(podName).flatMap(goes));
    const { items } = await client.kube.list(claims, namespace);
    claim(items.length === 8, `there are ${items.length} claims, not 8`);
    return ['nothing else moved', 'all eight claims are kept'];
  },
};
