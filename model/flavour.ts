import type { SetFlavour, StatefulSet } from './objects.ts';

/** Is it a set of our own resource, not one of `apps/v1`? */
export function isOwn(set: Pick<StatefulSet, 'apiVersion'>): boolean {
  return set.apiVersion.startsWith('ordinal.dev/');
}

export function flavourOf(set: Pick<StatefulSet, 'apiVersion'>): SetFlavour {
  return isOwn(set) ? 'ordinal.dev/v1' : 'apps/v1';
}
