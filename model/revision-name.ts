const safeDigits = '456789bcdf';
const longestPrefix = 223;

/** `<set name cut to 223>-<hash>` for a revision's serialized data (SS-48). */
export function revisionName(setName: string, data: string, collisionCount: number): string {
  return `${setName.slice(0, longestPrefix)}-${revisionHash(data, collisionCount)}`;
}

/** The hash of a revision's serialized data and a collision count, its decimal digits put into letters that spell no word (SS-48). */
export function revisionHash(data: string, collisionCount: number): string {
  const digits = String(fnv32(utf8(data + collisionCount)));
  return Array.from(digits, (digit) => safeDigits[Number(digit)]).join('');
}

// FNV-1, not FNV-1a: first multiply, then mix the byte in.
function fnv32(bytes: Iterable<number>): number {
  let hash = 0x811c9dc5;
  for (const byte of bytes) hash = Math.imul(hash, 0x01000193) ^ byte;
  return hash >>> 0;
}

// By hand, because TextEncoder is no part of the language and this also runs where there is nothing else.
function* utf8(text: string): Generator<number> {
  for (const char of text.toWellFormed()) {
    const code = char.codePointAt(0) ?? 0;
    if (code < 0x80) {
      yield code;
    } else if (code < 0x800) {
      yield 0xc0 | (code >> 6);
      yield 0x80 | (code & 0x3f);
    } else if (code < 0x10000) {
      yield 0xe0 | (code >> 12);
      yield 0x80 | ((code >> 6) & 0x3f);
      yield 0x80 | (code & 0x3f);
    } else {
      yield 0xf0 | (code >> 18);
      yield 0x80 | ((code >> 12) & 0x3f);
      yield 0x80 | ((code >> 6) & 0x3f);
      yield 0x80 | (code & 0x3f);
    }
  }
}
