import { expect } from 'vitest';
import { withSpec } from '../support/example.ts';
import { endedOperations, operations, runsOf } from '../support/history.ts';
import { scenario } from '../support/scenario.ts';
import type { Scene } from '../support/scene.ts';

/** How the rollouts of a scene have ended, oldest first; undefined for one that runs. */
async function outcomes(scene: Scene): Promise<readonly (string | undefined)[]> {
  const runs = operations(await runsOf(scene.target, scene.namespace)).filter(({ type }) => type === 'rollout');
  return runs.map(({ events }) => {
    const result = events.at(-1)?.workflowExecutionCompletedEventAttributes?.result?.payloads?.[0]?.data;
    return result ? (JSON.parse(Buffer.from(result).toString()) as { readonly outcome: string }).outcome : undefined;
  });
}

for (const [what, replicas] of [
  ['others are still to be updated', 3],
  ['nothing else is left', 1],
] as const) {
  scenario(`an update is aborted while its pod does not become Ready, and ${what}: it ends`, async (scene) => {
    await scene.apply(withSpec(await scene.example('s06-scale'), { replicas }));
    await scene.untilSettled('web');
    // A change that comes before the run has told its end supersedes it.
    await endedOperations(scene, 1);
    await scene.patchImage('web', 'nginx:unready');
    const pod = `web-${replicas - 1}`;
    const created = () => scene.moments().filter(({ what, name }) => what === 'created' && name === pod).length;
    await scene.until(
      'its pod is made anew',
      () => created() === 2 && scene.pods().get(pod)?.status?.phase === 'Running',
    );
    await scene.kubectl(['annotate', scene.kind, 'web', 'ordinal.dev/abort=now']);
    await expect.poll(() => outcomes(scene), { timeout: 40_000, interval: 250 }).toEqual(['completed', 'aborted']);
    await scene.kubectl(['annotate', scene.kind, 'web', 'ordinal.dev/abort-']);
    await scene.patchImage('web', 'nginx:latest');
    await scene.untilSettled('web');
  });
}
