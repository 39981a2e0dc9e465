import type { Seen } from './messages.ts';

const kinds = ['pods', 'claims', 'revisions', 'sets'] as const;

/** The later of two versions of each kind. Versions are decimal numbers of any length. */
export function later(a: Seen, b: Seen): Seen {
  const result: { -readonly [kind in keyof Seen]: Seen[kind] } = { ...a };
  for (const kind of kinds) {
    const version = b[kind];
    if (version !== undefined && isLater(version, result[kind])) result[kind] = version;
  }
  return result;
}

function isLater(version: string, than: string | undefined): boolean {
  if (than === undefined) return true;
  return version.length === than.length ? version > than : version.length > than.length;
}
