import type { SetFlavour } from '../model/objects.ts';
import { usageError } from './exit.ts';

const kinds: Readonly<Record<string, SetFlavour>> = {
  sts: 'apps/v1',
  statefulset: 'apps/v1',
  statefulsets: 'apps/v1',
  'statefulset.apps': 'apps/v1',
  'statefulsets.apps': 'apps/v1',
  osts: 'ordinal.dev/v1',
  'statefulset.ordinal.dev': 'ordinal.dev/v1',
  'statefulsets.ordinal.dev': 'ordinal.dev/v1',
};

/** Reads `web`, `sts/web`, `osts/web`, `statefulset.apps/web`. A bare name leaves the kind open. */
export function parseSetName(typed: string): { readonly name: string; readonly flavour?: SetFlavour } {
  const [first = '', second, ...rest] = typed.split('/');
  if (second === undefined) {
    if (first === '') throw usageError('the name of a StatefulSet is wanted');
    return { name: first };
  }
  const flavour = flavourOfKind(first);
  if (flavour === undefined || second === '' || rest.length > 0) {
    throw usageError(`"${typed}" names no StatefulSet; it is NAME, sts/NAME, or osts/NAME for our own resource`);
  }
  return { name: second, flavour };
}

/** Of a kind as it is typed before a slash. */
export function flavourOfKind(kind: string): SetFlavour | undefined {
  return kinds[kind.toLowerCase()];
}

/** `sts/web`, or `osts/web` of our own resource: the shortest that says which. */
export function shortName(flavour: SetFlavour, name: string): string {
  return `${flavour === 'apps/v1' ? 'sts' : 'osts'}/${name}`;
}

/** `statefulset.apps/web`, as kubectl prints it. */
export function qualifiedName(flavour: SetFlavour, name: string): string {
  return `statefulset.${flavour === 'apps/v1' ? 'apps' : 'ordinal.dev'}/${name}`;
}
