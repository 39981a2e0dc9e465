/** A JSON merge patch (RFC 7396): null removes a field, a list is replaced whole. */
export type MergePatch = Readonly<Record<string, unknown>>;

type Members = Readonly<Record<string, unknown>>;

/** The smallest merge patch that makes `to` out of `from`; undefined when they are equal. */
export function mergePatchOf(from: object, to: object): MergePatch | undefined {
  const patch: Record<string, unknown> = {};
  const [before, after] = [from as Members, to as Members];
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const [a, b] = [before[key], after[key]];
    if (b === undefined || b === null) {
      if (a !== undefined && a !== null) patch[key] = null;
    } else if (isMembers(a) && isMembers(b)) {
      const inner = mergePatchOf(a, b);
      if (inner !== undefined) patch[key] = inner;
    } else if (!isSame(a, b)) {
      patch[key] = b;
    }
  }
  return Object.keys(patch).length === 0 ? undefined : patch;
}

/** What the API server makes of `target` with this patch. */
export function applyMergePatch<T extends object>(target: T, patch: MergePatch): T {
  const result: Record<string, unknown> = Object.fromEntries(Object.entries(target));
  for (const [key, value] of Object.entries(patch)) {
    const before = result[key];
    if (value === null) delete result[key];
    else if (isMembers(value)) result[key] = applyMergePatch(isMembers(before) ? before : {}, value);
    else result[key] = value;
  }
  return result as T;
}

function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isSame(a: unknown, b: unknown): boolean {
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((item, index) => isSame(item, b[index]));
  }
  if (isMembers(a) && isMembers(b)) return mergePatchOf(a, b) === undefined;
  return a === b;
}
