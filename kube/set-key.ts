import type { SetKey } from '../model/objects.ts';

export type { SetKey } from '../model/objects.ts';

/** One string per key, for maps. */
export function setKeyText(key: SetKey): string {
  return `${key.flavour} ${key.namespace}/${key.name}`;
}
