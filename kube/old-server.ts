import type { ServerVersion } from './client.ts';

/**
 * The minor version of Kubernetes from which the definition of our resource is understood (`fieldPath` and `reason` of validation rules) and all
 * fields are known that Ordinal writes. The tests play with 1.36.
 */
const oldestMinor = 28;

/** What is wrong with an API server of this version; undefined when nothing is. */
export function tooOld({ gitVersion, minor }: ServerVersion): string | undefined {
  return Number.parseInt(minor, 10) < oldestMinor ? `${gitVersion} is older than 1.${oldestMinor}` : undefined;
}
