import type { KubeClient } from '../kube/client.ts';
import type { KubeObject, Resource } from '../kube/resources.ts';
import { Shelf } from '../kube/shelf.ts';
import { orAborted } from './or-aborted.ts';

/** One object, now and after every change. Undefined when it is gone, or another one has its name; that ends it. */
export async function* followOne<T extends KubeObject>(
  kube: KubeClient,
  resource: Resource<T>,
  of: T,
  signal: AbortSignal,
): AsyncGenerator<T | undefined, void, undefined> {
  const { namespace, name, uid } = of.metadata;
  const shelf = new Shelf<T>({
    client: kube,
    resource,
    fieldSelector: `metadata.name=${name}`,
    ...(namespace !== undefined && { namespace }),
  });
  let dirty = true;
  let wake: () => void = () => undefined;
  const touch = (): void => {
    dirty = true;
    wake();
  };
  shelf.store.onChange(touch);
  signal.addEventListener('abort', touch, { once: true });
  shelf.reflector.start();
  try {
    // Where nobody answers the first list, only the signal ends it.
    await orAborted(shelf.reflector.synced, signal).catch(() => undefined);
    while (!signal.aborted) {
      if (!dirty) await new Promise<void>((resolve) => (wake = resolve));
      if (!dirty || signal.aborted) continue;
      dirty = false;
      const object = shelf.store.get(namespace, name);
      const isSame = object?.metadata.uid === uid;
      yield isSame ? object : undefined;
      if (!isSame) return;
    }
  } finally {
    signal.removeEventListener('abort', touch);
    await shelf.reflector.stop();
  }
}
