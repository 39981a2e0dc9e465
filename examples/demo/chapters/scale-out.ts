import { type Chapter, claim } from '../chapter.ts';
import { appears, claimStory } from '../expected.ts';
import { podName } from '../stage.ts';

const ordinals = [6, 7];

export const scaleOut: Chapter = {
  title: 'Scale out',
  shows: 'Two more pods, in order; the six that are there are left alone.',
  command: 'kubectl scale statefulset web-sts --replicas=8 -n nginx-sts',
  ordinals,
  through: 'ready',
  async play({ set, watch, kubectl }) {
    await kubectl(['scale', 'statefulset', 'web-sts', '--replicas=8']);
    const { outcome } = await (await set.current()).result({ timeoutMs: 60_000 });
    claim(outcome === 'completed', `the scale out ended as ${outcome}`);
    await claimStory(watch, ordinals.map(podName).flatMap(appears));
    return ['nothing else moved'];
  },
};
