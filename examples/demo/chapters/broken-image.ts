import { type Chapter, claim } from '../chapter.ts';
import { appears, claimStory, goes, isReplaced } from '../expected.ts';
import { podName } from '../stage.ts';

const bad = 'nginx:broken';
const good = 'nginx:1.29';
const ordinals = [5, 4, 3, 2, 1, 0];
const [top = '', ...rest] = ordinals.map(podName);

export const brokenImage: Chapter = {
  title: 'An image that cannot be pulled, then a good one',
  shows:
    "The first pod fails, the others are not touched. With the good image nobody has to delete the broken pod by hand; with Kubernetes' own controller somebody would.",
  command: `ordinal set image web-sts nginx=${bad} -n nginx-sts; ordinal set image web-sts nginx=${good} -n nginx-sts`,
  ordinals,
  through: 'ready',
  async play({ set, watch }, tell) {
    const broken = await set.rollout({ image: bad }, { reason: 'chapter 6 of the demo, a mistake' });
    await watch.until('back-off', top);
    const stuck = await broken.result({ timeoutMs: 60_000, stuckAfterMs: 500 });
    claim(stuck.outcome === 'stuck', `the rollout to a broken image ended as ${stuck.outcome}`);
    const { message } = stuck.waiting;
    claim(message.includes(bad), `the reason that is told does not name the image: ${message}`);
    tell(`stuck: ${message}`);
    await claimStory(watch, [...goes(top), `created ${top}`, `back-off ${top}`]);

    const healed = await set.rollout({ image: good }, { reason: 'chapter 6 of the demo, the correction' });
    const { outcome } = await healed.result({ timeoutMs: 120_000 });
    claim(outcome === 'completed', `the rollout to a good image ended as ${outcome}`);
    const firstTry = [...goes(top), `created ${top}`, `back-off ${top}`];
    await claimStory(watch, [...firstTry, ...goes(top), ...appears(top), ...rest.flatMap(isReplaced)]);
    return [
      `it said why: ${message}`,
      `while ${top} was broken nothing else was touched; it was replaced first, then the others, once each`,
    ];
  },
};
