import { type Chapter, claim } from '../chapter.ts';
import { claimStory, isReplaced } from '../expected.ts';
import { podName } from '../stage.ts';

const image = 'nginx:1.27';
const ordinals = [5, 4, 3, 2, 1, 0];

export const newImage: Chapter = {
  title: 'A new image',
  shows: 'The pods are replaced from the top, one at a time; the next one goes only when the last one is Ready again.',
  command: `ordinal set image web-sts nginx=${image} -n nginx-sts`,
  ordinals,
  through: 'ready',
  async play({ set, watch, completedRun, link }) {
    const operation = await set.rollout({ image }, { reason: 'chapter 2 of the demo' });
    const { outcome } = await operation.result({ timeoutMs: 120_000 });
    claim(outcome === 'completed', `the rollout ended as ${outcome}`);
    await claimStory(watch, ordinals.map(podName).flatMap(isReplaced));
    const run = await completedRun({ type: 'rollout' });
    return ['each pod was replaced exactly once, highest first', `what Temporal kept of it: ${link(run)}`];
  },
};
