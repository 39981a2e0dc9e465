/**
 * Prints a JSON value as Go's encoding/json prints a map: keys by the order of their UTF-8 bytes, `<`, `>` and `&` escaped.
 *
 * Names of revisions are hashes of this text, so that it must not differ by a byte from what Kubernetes writes. Keys that are
 * undefined are left out; a lone surrogate becomes U+FFFD, as Go reads it. An integer beyond 2^53 is already lost to JSON.parse; Go's
 * maps lose it in the same way.
 */
export function goJson(value: unknown): string {
  if (value === null || value === undefined) return 'null';
  if (typeof value === 'string') return quote(value);
  if (typeof value === 'number') return Object.is(value, -0) ? '-0' : String(value);
  if (typeof value === 'boolean') return String(value);
  if (Array.isArray(value)) return `[${value.map(goJson).join(',')}]`;
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => compareUtf8(a, b))
    .map(([key, member]) => `${quote(key)}:${goJson(member)}`);
  return `{${members.join(',')}}`;
}

/** Orders strings by the bytes of their UTF-8 form: by code point, where JavaScript goes by UTF-16 unit. */
export function compareUtf8(a: string, b: string): number {
  const [left, right] = [Array.from(a), Array.from(b)];
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    const difference = (left[i]?.codePointAt(0) ?? 0) - (right[i]?.codePointAt(0) ?? 0);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}

// JSON.stringify already agrees with Go on quotes, backslashes, control characters and everything beyond ASCII but these.
function quote(text: string): string {
  return JSON.stringify(text.toWellFormed()).replace(/[<>&\u2028\u2029]/g, (char) => {
    return `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}
