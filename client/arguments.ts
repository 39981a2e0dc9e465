import type { SetFlavour } from '../model/objects.ts';
import { InvalidError } from './errors.ts';

// What a caller in plain JavaScript may get wrong is told before anything is asked of the API server.

/** The APIs whose sets we know. */
export const setFlavours: readonly SetFlavour[] = ['apps/v1', 'ordinal.dev/v1'];

/** What the API server can store. */
const mostReplicas = 2 ** 31 - 1;

/** A number of replicas. Throws `InvalidError`. */
export function replicasOf(value: unknown): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= mostReplicas) return value;
  throw wrong('spec.replicas', value, `a whole number from 0 to ${mostReplicas}`);
}

/** One of the words that an option takes. Throws `InvalidError`. */
export function oneOf<T extends string>(option: string, value: unknown, words: readonly T[]): T {
  const found = words.find((word) => word === value);
  if (found !== undefined) return found;
  throw wrong(option, value, `one of ${words.join(', ')}`);
}

/** A name that is there. Throws `InvalidError`. */
export function nameOf(option: string, value: unknown): string {
  if (typeof value === 'string' && value !== '') return value;
  throw wrong(option, value, 'a name');
}

/** Neither null nor a list. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The error for a value that is none of what is wanted. */
export function wrong(path: string, value: unknown, wanted: string): InvalidError {
  const message = `${shown(value)}, and is to be ${wanted}`;
  return new InvalidError(`${path} is ${message}`, [{ path, message }]);
}

/** Of an object its fields only: their values may be secret. */
function shown(value: unknown): string {
  if (isObject(value)) return `{ ${Object.keys(value).join(', ')} }`;
  return typeof value === 'string' ? JSON.stringify(value) : Array.isArray(value) ? 'a list' : String(value);
}
