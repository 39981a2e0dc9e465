import { expect } from 'vitest';
import type { PodMoment } from '../support/pod-story.ts';

/** The lease of a worker that was killed runs out after some seconds, its activities' heartbeats after 5 s. */
const resumeWithinMs = 12_000;

/** Expects the work to have gone on in time; `moments` are those since the mark. */
export function expectResumed(moments: readonly PodMoment[], killedAt: number, withinMs = resumeWithinMs): void {
  // What was under way in the cluster goes on by itself: a pod becomes Ready, or ends.
  const next = moments.find(({ what, at }) => at > killedAt + 200 && (what === 'created' || what === 'leaving'));
  expect(next, 'something happened after the crash').toBeDefined();
  expect((next?.at ?? Infinity) - killedAt, 'ms until the work went on').toBeLessThan(withinMs);
}
