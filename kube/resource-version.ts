/**
 * Compares two resourceVersions: below 0 when `a` is older, 0 when equal, above 0 when `a` is newer.
 * They are decimal numbers of any size without leading zeros: the longer one is larger, else the digits decide.
 */
export function compareVersions(a: string, b: string): number {
  if (a.length !== b.length) return a.length - b.length;
  return a < b ? -1 : a > b ? 1 : 0;
}

export function isNewer(a: string, b: string): boolean {
  return compareVersions(a, b) > 0;
}
