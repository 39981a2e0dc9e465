import type { KubeClient } from '../../kube/client.ts';
import { setsOf } from '../../kube/resources.ts';
import type { StatefulSet } from '../../model/objects.ts';
import { type Installed, removeInstalled } from './installed.ts';
import { servedSets } from './served-sets.ts';
import { waitUntil } from './wait-until.ts';

const flavour = 'ordinal.dev/v1';

/** Every set of our own resource; none where nobody knows it. */
export const ownSets = (client: KubeClient): Promise<readonly StatefulSet[]> => servedSets(client, flavour);

/**
 * Removes `sets` and resolves when they and their pods are gone; answers their names. It has to come before the definition goes: Kubernetes' garbage
 * collector learns of a new kind up to 30 s after its definition was made, and the pods of a kind that it never learned of stay for ever.
 */
export async function removeSets(
  client: KubeClient,
  sets: readonly StatefulSet[],
  dryRun: boolean,
  timeoutMs: number,
): Promise<readonly string[]> {
  const removed = (object: Installed['object']) =>
    removeInstalled(client, { resource: setsOf(flavour), object }, dryRun);
  const names = await Promise.all(sets.map(removed));
  if (dryRun) return names;
  const areGone = async () => ((await ownSets(client)).length === 0 ? true : undefined);
  await waitUntil(areGone, timeoutMs, async () => {
    const left = (await ownSets(client)).map(
      ({ metadata }) =>
        `  ${metadata.namespace}/${metadata.name}, held by ${metadata.finalizers?.join(', ') ?? 'nobody'}`,
    );
    return ['these sets are still being deleted; run the command again when they are gone:', ...left].join('\n');
  });
  return names;
}
