import type { KubeClient } from '../kube/client.ts';
import { isNotFound } from '../kube/errors.ts';
import { setsOf } from '../kube/resources.ts';
import { Shelf } from '../kube/shelf.ts';
import type { SetFlavour, StatefulSet } from '../model/objects.ts';
import { translate } from './errors.ts';
import { orAborted } from './or-aborted.ts';

/**
 * The sets of a namespace, or of all, now and after every change; changes that come together are told once. An API that is not served when
 * it begins has none.
 */
export async function* followSets(
  kube: KubeClient,
  of: { readonly namespace?: string; readonly flavours: readonly SetFlavour[]; readonly signal?: AbortSignal },
): AsyncGenerator<readonly StatefulSet[], void, undefined> {
  const { namespace, flavours, signal } = of;
  const served = await Promise.all(flavours.map((flavour) => isServed(kube, flavour, namespace)));
  const shelves = flavours
    .filter((_, index) => served[index])
    .map(
      (flavour) =>
        new Shelf({ client: kube, resource: setsOf(flavour), ...(namespace !== undefined && { namespace }) }),
    );
  let dirty = true;
  let wake: () => void = () => undefined;
  const touch = (): void => {
    dirty = true;
    wake();
  };
  for (const { store } of shelves) store.onChange(touch);
  signal?.addEventListener('abort', touch, { once: true });
  for (const { reflector } of shelves) reflector.start();
  try {
    // Where nobody answers the first lists, only the signal ends it.
    await orAborted(Promise.all(shelves.map(({ reflector }) => reflector.synced)), signal).catch(() => undefined);
    while (signal?.aborted !== true) {
      if (dirty) {
        dirty = false;
        yield shelves.flatMap(({ store }) => [...store.values()]);
        continue;
      }
      await new Promise<void>((resolve) => {
        // Changes come in bursts: what belongs together is told together.
        wake = () => void setTimeout(resolve, 5);
      });
    }
  } finally {
    signal?.removeEventListener('abort', touch);
    await Promise.all(shelves.map(({ reflector }) => reflector.stop()));
  }
}

/** Also tells at once what a person may not do, which a watch would try again for ever. */
async function isServed(kube: KubeClient, flavour: SetFlavour, namespace: string | undefined): Promise<boolean> {
  try {
    await kube.list(setsOf(flavour), namespace);
    return true;
  } catch (error) {
    if (isNotFound(error)) return false;
    throw translate(error, 'list of StatefulSets');
  }
}
