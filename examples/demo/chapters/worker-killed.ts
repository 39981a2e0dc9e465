import { type Chapter, claim } from '../chapter.ts';
import { claimStory, isReplaced } from '../expected.ts';
import { secondsText } from '../seconds.ts';
import { podName } from '../stage.ts';

const image = 'nginx:1.28';
const ordinals = [5, 4, 3, 2, 1, 0];
/** The worker is killed while this one is being replaced. */
const struck = 3;

export const workerKilled: Chapter = {
  title: 'kill -9 of the worker, in the middle of a rollout',
  shows: 'The only worker dies while it replaces web-sts-3. Another one is started, and goes on where the first was.',
  command: `ordinal set image web-sts nginx=${image} -n nginx-sts & kill -9 <worker>`,
  ordinals,
  through: 'ready',
  async play(stage, tell) {
    const { set, watch } = stage;
    const before = watch.uids();
    const operation = await set.rollout({ image }, { reason: 'chapter 5 of the demo' });
    await watch.until('leaving', podName(struck));
    const killed = await stage.killWorker();
    const killedAt = performance.now();
    const goesOn = watch.until('created', podName(struck)).then(() => performance.now() - killedAt);
    goesOn.catch(() => undefined);
    const [interrupted] = (await set.runs()).filter(({ type, status }) => type === 'rollout' && status === 'RUNNING');
    claim(interrupted !== undefined, 'Temporal knows no rollout that was running when its worker was killed');
    claim(!watch.story.some(({ what, pod }) => what === 'ready' && pod === podName(struck)), 'the kill came too late');
    tell(`process ${killed} was killed; a new worker starts`);
    const { pid } = await stage.startWorker();
    tell(
      `process ${killed} was killed; process ${pid} serves now and waits for the heartbeat of the dead one to be missed`,
    );
    const { outcome } = await operation.result({ timeoutMs: 120_000 });
    claim(outcome === 'completed', `the rollout ended as ${outcome}`);
    await claimStory(watch, ordinals.map(podName).flatMap(isReplaced));
    const after = watch.uids();
    claim(
      [...before].every(([pod, uid]) => after.has(pod) && after.get(pod) !== uid),
      'a pod was not replaced',
    );
    await stage.completedRun({ runId: interrupted.runId });
    return [
      `process ${killed} was killed with web-sts-${struck} taken down; ${secondsText(await goesOn)} later process ${pid} created it again`,
      'each pod was replaced exactly once, in order: nothing was done twice, nothing left out',
      `the very run that was interrupted has completed: ${stage.link(interrupted)}`,
    ];
  },
};
