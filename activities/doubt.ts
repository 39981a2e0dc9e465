import { isTransient } from '../kube/errors.ts';
import { pods, setsOf } from '../kube/resources.ts';
import type { SetKey } from '../model/objects.ts';
import type { Dependencies } from './dependencies.ts';

/**
 * A view that does not move may be that of a watch that has fallen silent without ending. Reads the set and the pod that is waited for;
 * where the server knows otherwise than the view, all watches are made anew.
 */
export async function doubtView(
  { cache, client }: Pick<Dependencies, 'cache' | 'client'>,
  key: SetKey,
  pod: string,
): Promise<void> {
  const once = { attempts: 1 };
  try {
    const [set, found] = await Promise.all([
      client.find(setsOf(key.flavour), key.namespace, key.name, once),
      client.find(pods, key.namespace, pod, once),
    ]);
    const view = cache.view(key);
    const cached = view?.pods.find(({ metadata }) => metadata.name === pod);
    const isCurrent =
      set?.metadata.resourceVersion === view?.set.metadata.resourceVersion &&
      found?.metadata.resourceVersion === cached?.metadata.resourceVersion;
    if (!isCurrent) cache.reconnect();
  } catch (error) {
    // An outage of the server is noticed by the watches themselves.
    if (!isTransient(error)) throw error;
  }
}
