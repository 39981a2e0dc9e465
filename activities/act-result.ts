import type { Waiting } from '../model/waiting.ts';
import type { Seen } from '../workflows/messages.ts';

/**
 * What came of an act: `done`; `superseded`: a fresh read showed that it is not wanted (any more), look again; `refused`: the API server
 * or the state of a claim does not allow it now.
 */
export type ActResult =
  | { readonly kind: 'done'; readonly wrote: Seen }
  | { readonly kind: 'superseded' }
  | { readonly kind: 'refused'; readonly waiting: Waiting };
