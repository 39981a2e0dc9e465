/** A history, or a part of one, as text, a line for each value: payloads as they are stored, byte for byte. */
export function rawText(value: unknown, name = ''): string {
  // JSON.stringify would ask the SDK's objects, which tell their bytes in base64: nothing would ever be found in it.
  if (value instanceof Uint8Array) return `${name}=${Buffer.from(value).toString('latin1')}`;
  if (typeof value !== 'object' || value === null) return `${name}=${String(value)}`;
  return Object.entries(value)
    .map(([part, each]) => rawText(each, part))
    .join('\n');
}

/** Search attributes, which nobody can encrypt, and what Temporal's SDK notes of its own: numbers and times of local activities, names of patches. */
const unencrypted = new Set(['searchAttributes', 'data', 'patch-data']);

/** How each payload in it is encoded, but for those. */
export function encodingsIn(value: unknown): ReadonlySet<string> {
  const found = new Set<string>();
  const visit = (each: unknown): void => {
    if (typeof each !== 'object' || each === null || each instanceof Uint8Array) return;
    if ('metadata' in each && isMetadata(each.metadata)) found.add(Buffer.from(each.metadata.encoding).toString());
    for (const [name, part] of Object.entries(each)) if (!unencrypted.has(name)) visit(part);
  };
  visit(value);
  return found;
}

function isMetadata(value: unknown): value is { readonly encoding: Uint8Array } {
  return typeof value === 'object' && value !== null && 'encoding' in value && value.encoding instanceof Uint8Array;
}
