import type { Act } from '../model/acts.ts';
import type { SetKey } from '../model/objects.ts';
import type { ActResult } from './act-result.ts';
import { createPod } from './create-pod.ts';
import type { Removal } from './delete-pods.ts';
import type { Dependencies } from './dependencies.ts';
import { mendPod } from './mend-pod.ts';
import type { Look } from './planner.ts';

export function actOn(
  dependencies: Dependencies,
  key: SetKey,
  look: Look,
  ordinal: number,
  act: Exclude<Act, Removal['act']>,
): Promise<ActResult> {
  switch (act) {
    case 'create':
      return createPod(dependencies, key, look, ordinal);
    case 'mend':
      return mendPod(dependencies, key, look, ordinal);
  }
}
