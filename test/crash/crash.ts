import { expect } from 'vitest';
import type { OwnCluster } from '../support/own-cluster.ts';
import type { PodMoment } from '../support/pod-story.ts';
import type { Scene } from '../support/scene.ts';
import type { WorkerProcess } from '../support/worker-process.ts';

/** The lease of a worker that was killed runs out after some seconds, its activities' heartbeats after 5 s. */
const resumeWithinMs = 12_000;

/** Kills the worker when `moments` things have happened since the mark, starts another, and returns when that was, in ms since the epoch. */
export async function replaceWorkerAfter(
  scene: Scene,
  cluster: OwnCluster,
  worker: WorkerProcess,
  moments: number,
  signal: 'SIGKILL' | 'SIGTERM' = 'SIGKILL',
): Promise<{ readonly worker: WorkerProcess; readonly killedAt: number }> {
  await scene.untilStory(moments);
  const killedAt = Date.now();
  await worker.kill(signal);
  return { worker: await cluster.startWorker(), killedAt };
}

/** Expects the work to have gone on in time; `moments` are those since the mark. */
export function expectResumed(moments: readonly PodMoment[], killedAt: number, withinMs = resumeWithinMs): void {
  // What was under way in the cluster goes on by itself: a pod becomes Ready, or ends.
  const next = moments.find(({ what, at }) => at > killedAt + 200 && (what === 'created' || what === 'leaving'));
  expect(next, 'something happened after the crash').toBeDefined();
  expect((next?.at ?? Infinity) - killedAt, 'ms until the work went on').toBeLessThan(withinMs);
}

/** Names of pods of which more than one was created. */
export function createdTwice(moments: readonly PodMoment[]): readonly string[] {
  const created = moments.filter(({ what }) => what === 'created').map(({ name }) => name);
  return created.filter((name, index) => created.indexOf(name) !== index);
}
