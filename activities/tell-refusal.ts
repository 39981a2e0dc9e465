import { isConflict, isNotFound } from '../kube/errors.ts';
import { setsOf } from '../kube/resources.ts';
import type { SetKey } from '../model/objects.ts';
import type { syncCondition } from '../model/blocking.ts';
import { refusalCondition } from '../model/status-input.ts';
import type { Waiting } from '../model/waiting.ts';
import { rfc3339 } from '../model/readiness.ts';
import type { Dependencies } from './dependencies.ts';

/**
 * Writes on the set what the API server refuses, or with undefined that it does not refuse any more. The condition is not worth failing a
 * step for: after three conflicts it is left to the next attempt.
 */
export async function tellRefusal(
  { cache, client, clock }: Dependencies,
  key: SetKey,
  waiting: Waiting | undefined,
  type: typeof refusalCondition | typeof syncCondition = refusalCondition,
): Promise<void> {
  for (let attempt = 0; attempt < 3; attempt++) {
    const set = await client.find(setsOf(key.flavour), key.namespace, key.name);
    if (set === undefined) return;
    const former = set.status?.conditions?.find((condition) => condition.type === type);
    if (waiting === undefined ? former === undefined : former?.message === waiting.message) return;
    const others = (set.status?.conditions ?? []).filter((condition) => condition.type !== type);
    const lastTransitionTime = former?.lastTransitionTime ?? rfc3339(clock());
    const { reason, message } = waiting ?? {};
    const condition = { type, status: 'True' as const, reason, message, lastTransitionTime };
    const conditions = waiting === undefined ? others : [...others, condition];
    const status = { ...set.status, replicas: set.status?.replicas ?? 0, conditions };
    try {
      cache.observe(
        'sets',
        await client.replaceStatus(setsOf(key.flavour), key.namespace, key.name, { ...set, status }),
      );
      return;
    } catch (error) {
      if (isNotFound(error)) return;
      if (!isConflict(error)) throw error;
    }
  }
}
