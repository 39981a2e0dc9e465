import type { StatefulSet } from './objects.ts';

/** Is it a set of our own resource, not one of `apps/v1`? */
export function isOwn(set: Pick<StatefulSet, 'apiVersion'>): boolean {
  return set.apiVersion.startsWith('ordinal.dev/');
}
