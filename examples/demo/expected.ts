import { ClaimError } from './chapter.ts';
import type { PodWatch } from './pod-watch.ts';

/** `created web-sts-0`, `ready web-sts-0`, ... as the watch is expected to show it. */
export type Story = readonly string[];

/** A pod that appears, and is Ready before the next one is touched. */
export function appears(pod: string): Story {
  return [`created ${pod}`, `ready ${pod}`];
}

/** A pod that goes, and is gone before the next one is touched. */
export function goes(pod: string): Story {
  return [`leaving ${pod}`, `gone ${pod}`];
}

export function isReplaced(pod: string): Story {
  return [...goes(pod), ...appears(pod)];
}

/** How long the watch may lag behind what the status of the set says already, in ms. */
const lagMs = 10_000;

/** Throws `ClaimError` with the first difference when the watch has shown anything else, anything more or anything in another order. */
export async function claimStory(watch: PodWatch, expected: Story): Promise<void> {
  await watch.hasShown(expected.length, lagMs);
  const story = watch.story.map(({ what, pod }) => `${what} ${pod}`);
  const at = expected.findIndex((moment, index) => story[index] !== moment);
  const index = at === -1 ? expected.length : at;
  if (at === -1 && story.length === expected.length) return;
  throw new ClaimError(
    `event ${index + 1} of the watch is "${story[index] ?? 'none'}", expected was "${expected[index] ?? 'none'}"; all of it: ${story.join(', ')}`,
  );
}
