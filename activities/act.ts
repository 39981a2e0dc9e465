import type { Act } from '../model/acts.ts';
import type { SetKey } from '../model/objects.ts';
import type { ActResult } from './act-result.ts';
import { createPod } from './create-pod.ts';
import { deletePod } from './delete-pod.ts';
import type { Dependencies } from './dependencies.ts';
import { mendPod } from './mend-pod.ts';
import type { Look } from './planner.ts';

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
