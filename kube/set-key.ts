import type { SetFlavour } from './resources.ts';

/** Names a set within its cluster. */
export interface SetKey {
  readonly flavour: SetFlavour;
  readonly namespace: string;
  readonly name: string;
}

/** One string per key, for maps. */
export function setKeyText(key: SetKey): string {
  return `${key.flavour} ${key.namespace}/${key.name}`;
}
