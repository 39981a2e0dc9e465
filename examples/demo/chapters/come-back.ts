import { claims } from '../../../kube/resources.ts';
import { type Chapter, claim } from '../chapter.ts';
import { appears, claimStory } from '../expected.ts';
import { namespace, podName, type Stage } from '../stage.ts';

const ordinals = [0, 1, 2, 3, 4, 5];

export const comeBack: Chapter = {
  title: 'The same set again',
  shows: 'It comes back in order, on the very claims that it left.',
  command: 'kubectl apply -f examples/s01-ordered-start/manifest.yaml',
  ordinals,
  through: 'ready',
  async play(stage) {
    const { set, watch, applyExample } = stage;
    const before = await claimUids(stage);
    await applyExample();
    const { outcome } = await (await set.current()).result({ timeoutMs: 120_000 });
    claim(outcome === 'completed', `the start ended as ${outcome}`);
    await claimStory(watch, ordinals.map(podName).flatMap(appears));
    claim(before === (await claimUids(stage)), 'the claims are not those of before');
    return ['every claim is the one of before'];
  },
};

async function claimUids({ client }: Stage): Promise<string> {
  const { items } = await client.kube.list(claims, namespace);
  return items
    .map(({ metadata }) => `${metadata.name} ${metadata.uid}`)
    .toSorted()
    .join();
}
