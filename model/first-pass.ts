import type { StatefulSet } from './objects.ts';
import type { Plan } from './plan.ts';

/** How far a controller has come with the newest generation of a set that it has seen. */
export interface FirstPass {
  readonly uid: string;
  readonly generation: number;
  /** What could be done when this generation was first looked at, and has been possible ever since. */
  readonly todo: ReadonlySet<string>;
}

/**
 * The pass after one more look. Whatever can be done at the first look at a generation is the pass; it is through when each of that was
 * done, or not wanted any more. `busy`: book-keeping is due.
 */
export function firstPass(
  former: FirstPass | undefined,
  { metadata }: StatefulSet,
  { acts }: Pick<Plan, 'acts'>,
  busy: boolean,
): FirstPass {
  const { uid, generation = 0 } = metadata;
  const same = former?.uid === uid && former.generation === generation ? former : undefined;
  if (same?.todo.size === 0) return same;
  const possible = [...acts].map(([ordinal, act]) => `${act} ${ordinal}`);
  if (busy) possible.push('book-keeping');
  return { uid, generation, todo: new Set(possible.filter((each) => same?.todo.has(each) ?? true)) };
}
