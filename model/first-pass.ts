import type { StatefulSet } from './objects.ts';
import type { Plan } from './plan.ts';

/** How far a controller has come with the newest generation of a set that it has seen. */
export interface FirstPass {
  readonly uid: string;
  readonly generation: number;
  /** When this generation was first looked at, in ms since the epoch. */
  readonly since: number;
  /** What could be done when this generation was first looked at, and has been possible ever since. */
  readonly todo: ReadonlySet<string>;
}

/** What a look finds besides the plan. */
export interface Circumstances {
  /** Book-keeping is due. */
  readonly busy: boolean;
  /** The API server refused what was tried last. */
  readonly refused: boolean;
  /** In ms since the epoch. */
  readonly now: number;
}

/** A pass is through as well when what can be done is refused for so long, in ms: it was tried again by then. */
export const refusedPassMs = 5_000;

/**
 * The pass after one more look. Whatever can be done at the first look at a generation is the pass; it is through when each of that was
 * done, is not wanted any more, or is refused.
 */
export function firstPass(
  former: FirstPass | undefined,
  { metadata }: StatefulSet,
  { acts }: Pick<Plan, 'acts'>,
  { busy, refused, now }: Circumstances,
): FirstPass {
  const { uid, generation = 0 } = metadata;
  const same = former?.uid === uid && former.generation === generation ? former : undefined;
  if (same?.todo.size === 0) return same;
  const since = same?.since ?? now;
  if (refused && now - since >= refusedPassMs) return { uid, generation, since, todo: new Set() };
  const possible = [...acts].map(([ordinal, act]) => `${act} ${ordinal}`);
  if (busy) possible.push('book-keeping');
  return { uid, generation, since, todo: new Set(possible.filter((each) => same?.todo.has(each) ?? true)) };
}
