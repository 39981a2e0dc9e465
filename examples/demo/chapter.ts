import type { Stage } from './stage.ts';

/** One act of the demo. */
export interface Chapter {
  readonly title: string;
  /** What it shows, in a sentence. */
  readonly shows: string;
  /** What a person would type for it. */
  readonly command: string;
  /** The ordinals that are expected to move, in the order in which they are to be through. */
  readonly ordinals: readonly number[];
  /** With what an ordinal is through. */
  readonly through: 'ready' | 'gone';
  /** Plays the act and throws `ClaimError` when something that it claims is not so. Answers with what held, a sentence each. */
  play(stage: Stage, tell: (what: string) => void): Promise<readonly string[]>;
}

/** Something that the demo claims is not so. */
export class ClaimError extends Error {
  override readonly name = 'ClaimError';
}

/** Throws `ClaimError` unless it is so. */
export function claim(isSo: boolean, otherwise: string): asserts isSo {
  if (!isSo) throw new ClaimError(otherwise);
}
