import { setTimeout as sleep } from 'node:timers/promises';
import type { KubeApi, KubeObject } from './kube-api.ts';

export interface Reflection<T extends KubeObject> {
  /** List or watch path, with its query if it has one. */
  readonly path: string;
  readonly accept?: string;
  readonly onChange: (object: T) => void;
  readonly onGone?: (object: T) => void;
}

interface List<T> {
  readonly metadata: { readonly resourceVersion: string };
  readonly items: readonly T[];
}

/**
 * Tells every object of a collection and each change of it, for ever: a watch that ends or fails is begun again from a
 * fresh list. An object is told at least once in each state that lasts.
 */
export async function reflect<T extends KubeObject>(
  api: KubeApi,
  { path, accept, onChange, onGone }: Reflection<T>,
  signal: AbortSignal,
): Promise<void> {
  const known = new Map<string, T>();
  const query = path.includes('?') ? '&' : '?';
  while (!signal.aborted) {
    try {
      const list = await api.call<List<T>>('GET', path);
      const listed = new Map(list.items.map((item) => [keyOf(item), item]));
      for (const [key, object] of known) {
        if (listed.has(key)) continue;
        known.delete(key);
        onGone?.(object);
      }
      for (const [key, object] of listed) {
        known.set(key, object);
        onChange(object);
      }
      let version = list.metadata.resourceVersion;
      const from = () => `${path}${query}watch=1&allowWatchBookmarks=true&resourceVersion=${version}`;
      for (;;) {
        for await (const event of api.watch(from(), signal, accept)) {
          if (event.type === 'ERROR') throw new Error('the watch is too old');
          version = event.object.metadata.resourceVersion ?? version;
          if (event.type === 'BOOKMARK') continue;
          const object = event.object as T;
          if (event.type === 'DELETED') {
            known.delete(keyOf(object));
            onGone?.(object);
          } else {
            known.set(keyOf(object), object);
            onChange(object);
          }
        }
      }
    } catch (error) {
      if (signal.aborted) return;
      process.stderr.write(`${path}: ${String(error)}; listing again\n`);
      await sleep(200);
    }
  }
}

function keyOf(object: KubeObject): string {
  return `${object.metadata.namespace ?? ''}/${object.metadata.name}/${object.metadata.uid ?? ''}`;
}
