import type { Act } from '../model/acts.ts';
import type { SetKey } from '../model/objects.ts';
import type { Waiting } from '../model/waiting.ts';
import type { Seen } from '../workflows/messages.ts';
import { createPod } from './create-pod.ts';
import { deletePod } from './delete-pod.ts';
import type { Dependencies } from './dependencies.ts';
import { mendPod } from './mend-pod.ts';
import type { Look } from './planner.ts';

/**
 * What came of an act: `done`; `superseded`: a fresh read showed that it is not wanted (any more), look again; `refused`: the API server
 * or the state of a claim does not allow it now.
 */
export type ActResult =
  | { readonly kind: 'done'; readonly wrote: Seen }
  | { readonly kind: 'superseded' }
  | { readonly kind: 'refused'; readonly waiting: Waiting };

export function actOn(
  dependencies: Dependencies,
  key: SetKey,
  look: Look,
  ordinal: number,
  act: Act,
): Promise<ActResult> {
  switch (act) {
    case 'create':
      return createPod(dependencies, key, look, ordinal);
    case 'delete':
    case 'remove':
      return deletePod(dependencies, key, ordinal, act);
    case 'mend':
      return mendPod(dependencies, key, look, ordinal);
  }
}
